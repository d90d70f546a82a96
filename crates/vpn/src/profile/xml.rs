//! The wanted leaves of an XML document; everything else in it is passed over unread.

use quick_xml::events::{BytesRef, Event};
use quick_xml::reader::Reader;

use crate::error::Fault;

/// Profiles are six levels deep; what nests further is not one.
const DEEPEST: usize = 64;

/// The text of one element.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    /// The names from the root down, without prefixes, in lower case.
    pub(super) path: Vec<String>,
    /// Its text, trimmed.
    pub(super) text: String,
}

impl Leaf {
    /// Its own name.
    pub(super) fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// Whether it stands somewhere below an element of that name.
    pub(super) fn is_below(&self, name: &str) -> bool {
        self.path.iter().rev().skip(1).any(|step| step == name)
    }
}

/// The leaves whose names are in `wanted`, in the document's order. Only their text is ever
/// copied: a secret in another element stays behind. Entities that a document defines itself
/// are not expanded, they vanish.
pub(super) fn leaves(document: &str, wanted: &[&str]) -> Result<Vec<Leaf>, Fault> {
    let mut reader = Reader::from_str(document);
    let mut path: Vec<String> = Vec::new();
    let mut text: Option<String> = None;
    let mut found = Vec::new();
    loop {
        match reader
            .read_event()
            .map_err(|error| Fault::Xml(error.to_string()))?
        {
            Event::Start(element) => {
                path.push(element.local_name().as_ref().to_ascii_lowercase());
                if path.len() > DEEPEST {
                    return Err(Fault::Xml(format!("nested deeper than {DEEPEST} levels")));
                }
                let name = path.last().map_or("", String::as_str);
                text = wanted.contains(&name).then(String::new);
            }
            Event::End(_) => {
                if let Some(text) = text.take() {
                    found.push(Leaf {
                        path: path.clone(),
                        text: text.trim().to_owned(),
                    });
                }
                path.pop();
            }
            Event::Text(piece) => push(&mut text, &piece.xml10_content()),
            Event::CData(piece) => push(&mut text, &piece.xml10_content()),
            Event::GeneralRef(reference) => push(&mut text, &meaning(&reference)),
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
            Event::Eof => break,
        }
    }
    match path.last() {
        Some(open) => Err(Fault::Xml(format!("ends within <{open}>"))),
        None => Ok(found),
    }
}

fn push(text: &mut Option<String>, piece: &str) {
    if let Some(text) = text {
        text.push_str(piece);
    }
}

fn meaning(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    match reference.as_ref() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "apos" => "'",
        "quot" => "\"",
        _ => "",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(document: &str) -> Vec<String> {
        let found = leaves(document, &["name"]).unwrap();
        found.into_iter().map(|leaf| leaf.text).collect()
    }

    #[test]
    fn only_what_is_wanted_is_read() {
        let document = "<p:A><Name> x &amp; &#121; </Name><secret>s</secret><p:NAME><![CDATA[z]]></p:NAME></p:A>";
        assert_eq!(texts(document), ["x & y", "z"]);
    }

    #[test]
    fn entities_of_its_own_are_not_expanded() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>\
                    <a><name>&c;&f;x</name></a>";
        assert_eq!(texts(bomb), ["x"]);
    }

    #[test]
    fn broken_documents_are_refused() {
        for document in ["<a><name>x</name>", "<a><name>x</a>", "</a>", "<a><name"] {
            assert!(leaves(document, &["name"]).is_err(), "{document}");
        }
        assert!(leaves(&"<a>".repeat(100), &["name"]).is_err());
    }
}
