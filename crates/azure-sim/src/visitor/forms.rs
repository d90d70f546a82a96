//! Reads the forms and the words of a page: tags, attributes, entities, and nothing of what a script would do.

/// A form with everything that a browser would send, and the buttons that send it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// The method is `post`.
    pub(super) post: bool,
    /// As written; empty means the page itself.
    pub(super) action: String,
    pub(super) fields: Vec<Field>,
    pub(super) buttons: Vec<Button>,
}

/// Something with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: String,
    /// A person can write here.
    pub(super) open: bool,
}

/// What sends the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Button {
    pub(super) name: String,
    pub(super) value: String,
}

/// A page as a program reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// Name that the page gives itself in `data-page`.
    pub(super) name: String,
    pub(super) forms: Vec<Form>,
    /// Visible words, one space between them.
    pub(super) words: String,
}

pub(super) fn read(html: &str) -> Page {
    let mut page = Page::default();
    let mut words = String::new();
    let mut open = false;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        words.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let Some((tag, after)) = tag(rest) else {
            // A lone "<" is text.
            words.push('<');
            rest = &rest[1..];
            continue;
        };
        rest = after;
        words.push(' ');
        match tag.name.as_str() {
            "script" | "style" | "title" => rest = past(rest, &tag.name),
            "body" => page.name = tag.get("data-page").into(),
            "form" => {
                open = true;
                page.forms.push(Form {
                    post: tag.get("method").eq_ignore_ascii_case("post"),
                    action: tag.get("action").into(),
                    ..Form::default()
                });
            }
            "/form" => open = false,
            "input" | "button" if open => {
                if let Some(form) = page.forms.last_mut() {
                    add(form, &tag);
                }
            }
            _ => {}
        }
    }
    words.push_str(rest);
    page.words = unescape(&words.split_whitespace().collect::<Vec<_>>().join(" "));
    page
}

fn add(form: &mut Form, tag: &Tag) {
    let kind = tag.get("type").to_ascii_lowercase();
    let (name, value) = (tag.get("name").to_owned(), tag.get("value").to_owned());
    match (tag.name.as_str(), kind.as_str()) {
        ("button", "" | "submit") | ("input", "submit") => {
            form.buttons.push(Button { name, value });
        }
        ("input", "checkbox" | "radio") if !tag.has("checked") => {}
        ("input", kind) if !name.is_empty() && !matches!(kind, "button" | "reset" | "image") => {
            form.fields.push(Field {
                name,
                value,
                open: !matches!(kind, "hidden" | "checkbox" | "radio"),
            });
        }
        _ => {}
    }
}

/// A tag with its attributes, names in lower case.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn get(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|(n, _)| n == name)
    }
}

/// The tag that `text` begins with, and what follows it.
fn tag(text: &str) -> Option<(Tag, &str)> {
    let text = text.strip_prefix('<')?;
    let first = text.chars().next()?;
    if !(first.is_ascii_alphabetic() || matches!(first, '/' | '!')) {
        return None;
    }
    let end = text.find(|c: char| c.is_whitespace() || c == '>')?;
    let name = text[..end].trim_end_matches('/').to_ascii_lowercase();
    let mut tag = Tag {
        name,
        attributes: Vec::new(),
    };
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return Some((tag, after));
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>'))?;
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            (value, rest) = attribute(after.trim_start())?;
        }
        tag.attributes.push((name, unescape(value)));
    }
}

/// A value in double quotes, single quotes, or bare.
fn attribute(text: &str) -> Option<(&str, &str)> {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote);
        }
    }
    let end = text.find(|c: char| c.is_whitespace() || c == '>')?;
    Some(text.split_at(end))
}

/// What follows the end of an element whose inside is not markup.
fn past<'a>(text: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let lower = text.to_ascii_lowercase();
    match lower.find(&end) {
        Some(at) => text[at..].split_once('>').map_or("", |(_, after)| after),
        None => "",
    }
}

/// The entities that pages use, named and by number; anything else stays as it is.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest[1..].split_once(';').filter(|(name, _)| name.len() < 9);
        match entity.and_then(|(name, after)| Some((letter(name)?, after))) {
            Some((letter, after)) => {
                out.push(letter);
                rest = after;
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn letter(entity: &str) -> Option<char> {
    let number = match entity.strip_prefix('#') {
        Some(hex) if hex.starts_with(['x', 'X']) => u32::from_str_radix(&hex[1..], 16).ok()?,
        Some(decimal) => decimal.parse().ok()?,
        None => {
            return match entity {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                "nbsp" => Some(' '),
                _ => None,
            };
        }
    };
    char::from_u32(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_entities_comments_and_case_do_not_matter() {
        let page = read(
            "<!doctype html><BODY data-page=odd><!-- <form action=/no> --><style>form{a:\"<input>\"}</style>\
             <Form METHOD=post action='/go?a=1&amp;b=2'><input type=hidden name=x value=\"a&#39;b&lt;c\"/><input name=y \
             value=><INPUT type=checkbox name=z value=1><button name=answer value=go>Go &gt; on</button></FORM> 1 < 2",
        );
        assert_eq!(page.name, "odd");
        assert_eq!(page.forms.len(), 1);
        let form = &page.forms[0];
        assert!(form.post);
        assert_eq!(form.action, "/go?a=1&b=2");
        assert_eq!(form.fields[0].value, "a'b<c");
        assert!(!form.fields[0].open && form.fields[1].open);
        assert_eq!(form.fields.len(), 2);
        assert_eq!(form.buttons[0].value, "go");
        assert_eq!(page.words, "Go > on 1 < 2");
    }

    #[test]
    fn a_page_cut_short_does_no_harm() {
        for cut in [
            "<form action=\"/go",
            "<form",
            "<",
            "<!-- ",
            "<input value='",
            "&#x;",
        ] {
            let _ = read(cut);
        }
    }
}
