//! The policy files as anybody reads them: elements and attributes, and what is written to the registry.

use std::collections::BTreeMap;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use serde_json::{Map, Value, json};

use super::super::edit;
use super::folder;

/// One element.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) children: Vec<Node>,
    pub(super) text: String,
}

impl Node {
    pub(super) fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.get(name);
        found.unwrap_or_else(|| panic!("{} has no {name}: {self:?}", self.name))
    }

    /// The one child of this name.
    pub(super) fn child(&self, name: &str) -> &Node {
        let mut found = self.all(name);
        let first = found.next();
        let first = first.unwrap_or_else(|| panic!("{} has no {name}", self.name));
        assert!(found.next().is_none(), "{} has several {name}", self.name);
        first
    }

    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// This element and all below it.
    pub(super) fn everything(&self) -> Vec<&Node> {
        let below = self.children.iter().flat_map(Node::everything);
        std::iter::once(self).chain(below).collect()
    }
}

/// The root of a document that is well-formed; anything else ends the test.
pub(super) fn parse(document: &str) -> Node {
    let mut reader = Reader::from_str(document);
    let mut open = vec![Node::default()];
    loop {
        let event = reader
            .read_event()
            .unwrap_or_else(|error| panic!("{error}"));
        let close = match event {
            Event::Start(element) => {
                open.push(begun(&element));
                false
            }
            Event::Empty(element) => {
                open.push(begun(&element));
                true
            }
            Event::End(_) => true,
            Event::Text(piece) => {
                open.last_mut()
                    .unwrap()
                    .text
                    .push_str(&piece.xml10_content());
                false
            }
            Event::GeneralRef(reference) => {
                open.last_mut().unwrap().text.push(meaning(&reference));
                false
            }
            Event::Decl(_) | Event::Comment(_) => false,
            Event::CData(_) | Event::PI(_) | Event::DocType(_) => panic!("not of such a file"),
            Event::Eof => break,
        };
        if close {
            let closed = open.pop().unwrap();
            open.last_mut().unwrap().children.push(closed);
        }
    }
    assert_eq!(open.len(), 1, "an element is not closed");
    let mut roots = open.remove(0).children;
    assert_eq!(roots.len(), 1, "one root");
    roots.remove(0)
}

fn begun(element: &BytesStart<'_>) -> Node {
    // A duplicate attribute is an error here.
    let attributes = element.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
        (
            attribute.key.as_ref().to_owned(),
            value.unwrap().into_owned(),
        )
    });
    Node {
        name: element.name().as_ref().to_owned(),
        attributes: attributes.collect(),
        ..Node::default()
    }
}

fn meaning(reference: &BytesRef<'_>) -> char {
    if let Some(character) = reference.resolve_char_ref().unwrap() {
        return character;
    }
    match reference.as_ref() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "apos" => '\'',
        "quot" => '"',
        other => panic!("&{other}; is not defined"),
    }
}

/// A checked-in file.
#[allow(
    clippy::disallowed_methods,
    reason = "the checked-in files are what the tests are about"
)]
pub(super) fn text_of(file: &str) -> String {
    let path = folder().join(file);
    let text = std::fs::read_to_string(&path);
    text.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .replace("\r\n", "\n")
}

/// The policy definitions.
pub(super) struct Admx {
    pub(super) root: Node,
}

impl Admx {
    pub(super) fn checked_in() -> Self {
        let root = parse(&text_of("Gangway.admx"));
        Self { root }
    }

    pub(super) fn policies(&self) -> Vec<&Node> {
        self.root.child("policies").all("policy").collect()
    }

    /// The values that a policy editor writes for every policy that is enabled and filled in
    /// with values that fit. With `other`, every policy says something else: the last choice,
    /// the largest number, another text, and what has no value to fill in is disabled.
    pub(super) fn enabled(&self, other: bool) -> Map<String, Value> {
        let policies = self.policies();
        policies
            .into_iter()
            .map(|policy| written(policy, other))
            .collect()
    }
}

/// One policy's registry value: its name and content.
fn written(policy: &Node, other: bool) -> (String, Value) {
    let Some(elements) = policy.all("elements").next() else {
        let state = if other {
            "disabledValue"
        } else {
            "enabledValue"
        };
        let number = number(policy.child(state).child("decimal").attribute("value"));
        return (policy.attribute("valueName").to_owned(), number);
    };
    let element = elements.children.first().unwrap();
    let key = element.attribute("valueName");
    let value = match element.name.as_str() {
        "enum" => {
            let mut items = element.all("item");
            let item = if other { items.last() } else { items.next() };
            let value = item.unwrap().child("value");
            value.child("string").text.clone().into()
        }
        "decimal" => number(element.attribute(if other { "maxValue" } else { "minValue" })),
        "text" => text(key, other).into(),
        "multiText" => entries(key, other).into(),
        unknown => panic!("{unknown} is not written"),
    };
    (key.to_owned(), value)
}

fn number(text: &str) -> Value {
    json!(text.parse::<u32>().unwrap())
}

/// A text that fits.
fn text(key: &str, other: bool) -> String {
    let example = edit::example(key).unwrap();
    if !other {
        return example;
    }
    match key {
        "duration" | "rule_late_after" => "3h 30m".to_owned(),
        "client_id" => "33333333-3333-3333-3333-333333333333".to_owned(),
        "language" => "de-AT".to_owned(),
        "proxy" => "http://other.contoso.example:3128".to_owned(),
        "rdp.monitors" => "1".to_owned(),
        _ => format!("{example}x"),
    }
}

/// A list that fits.
fn entries(key: &str, other: bool) -> Vec<String> {
    let one = |text: &str| vec![text.to_owned()];
    match (key, other) {
        ("pools" | "extra_pools" | "allowed_sources", true) => one("10.99.0.0/16"),
        ("pools" | "allowed_sources", false) => {
            vec!["172.16.201.0/24".to_owned(), "172.16.202.0/24".to_owned()]
        }
        ("warn_before", true) => one("7m"),
        ("sign_in_ways", true) => one("azure-cli"),
        (_, true) => one("other.example"),
        (_, false) => {
            let list: toml_edit::Value = edit::example(key).unwrap().parse().unwrap();
            let entries = list.as_array().unwrap().iter();
            entries
                .map(|entry| entry.as_str().unwrap().to_owned())
                .collect()
        }
    }
}
