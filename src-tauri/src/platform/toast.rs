//! The text of a toast of Windows, whose buttons open links of ours.
//!
//! Links work as long as the toast is in the notification centre, also when this program was
//! started anew; each carries a nonce of its own and can do nothing else
//! (<https://learn.microsoft.com/uwp/schemas/tiles/toastschema/element-action>).

use gangway_engine::link::SCHEME;
use gangway_engine::notice::NoticeView;

use crate::notices::{CLICK, Nonces};

/// The most buttons that a toast has.
const BUTTONS: usize = 5;

/// The toast as XML. One with buttons asks for an answer, and stays on the screen until there
/// is one: a reminder, whose place beside what a person set (Focus Assist, Do Not Disturb) is
/// Windows' own decision; without a button Windows would take it for an ordinary one
/// (<https://learn.microsoft.com/uwp/schemas/tiles/toastschema/element-toast>).
pub(super) fn xml(view: &NoticeView, nonces: &Nonces) -> String {
    let link = |action: &str| {
        let nonce = nonces.get(action).map_or("", String::as_str);
        escape(&format!("{SCHEME}notice/{nonce}/{action}"))
    };
    let scenario = match view.buttons.as_slice() {
        [] => "",
        [_, ..] => r#" scenario="reminder""#,
    };
    let buttons: String = view
        .buttons
        .iter()
        .take(BUTTONS)
        .map(|button| {
            format!(
                r#"<action activationType="protocol" arguments="{}" content="{}"/>"#,
                link(&button.key),
                escape(&button.label),
            )
        })
        .collect();
    format!(
        concat!(
            r#"<toast activationType="protocol" launch="{launch}"{scenario}>"#,
            r#"<visual><binding template="ToastGeneric">"#,
            r#"<text>{title}</text><text>{body}</text>"#,
            r#"</binding></visual><actions>{buttons}</actions></toast>"#
        ),
        launch = link(CLICK),
        scenario = scenario,
        title = escape(&view.title),
        body = escape(&view.body),
        buttons = buttons,
    )
}

/// What a toast is replaced by: 64 characters at most, the same for the same slot
/// (<https://learn.microsoft.com/uwp/api/windows.ui.notifications.toastnotification.tag>).
pub(super) fn tag(slot: &str) -> String {
    // FNV-1a: the tag has to be the same in the next version of this program, too.
    let hash = slot.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// A name is never markup, and what XML has no letter for becomes a space.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push(' '),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use gangway_engine::link::{Link, parse};
    use gangway_engine::notice::Button;
    use gangway_engine::wish::{WindowWish, Wish};

    use super::*;

    fn view(title: &str) -> NoticeView {
        NoticeView {
            slot: "vm:a".to_owned(),
            title: title.to_owned(),
            body: "Access ends at 17:40.".to_owned(),
            buttons: vec![Button {
                key: "not-now".to_owned(),
                label: "Not now".to_owned(),
                wish: Wish::Window(WindowWish::Popover),
            }],
            click: Wish::Window(WindowWish::Popover),
        }
    }

    fn nonces() -> Nonces {
        let nonce = |(action, nonce): (&str, &str)| (action.to_owned(), nonce.to_owned());
        [("default", "01ab"), ("not-now", "23cd")].map(nonce).into()
    }

    #[test]
    fn what_asks_for_an_answer_stays_until_there_is_one() {
        let mut view = view("vm-web-01");
        let head = |view: &NoticeView| {
            let xml = xml(view, &nonces());
            xml.split('>').next().unwrap().to_owned()
        };
        assert!(head(&view).ends_with(r#" scenario="reminder""#));
        view.buttons.clear();
        assert!(!head(&view).contains("scenario"));
    }

    #[test]
    fn every_link_in_it_is_one_of_ours() {
        let xml = xml(&view("vm-web-01"), &nonces());
        let links: Vec<_> = xml
            .split('"')
            .filter(|part| part.starts_with(SCHEME))
            .map(|link| parse(link).unwrap())
            .collect();
        let link = |nonce: &str, action: &str| Link::Notice {
            nonce: nonce.to_owned(),
            action: action.to_owned(),
        };
        assert_eq!(links, [link("01ab", "default"), link("23cd", "not-now")]);
    }

    #[test]
    fn a_name_is_no_markup() {
        let xml = xml(&view("<a href=\"x\"> & 'b'\u{1}"), &nonces());
        assert!(
            xml.contains("&lt;a href=&quot;x&quot;&gt; &amp; &apos;b&apos; <"),
            "{xml}"
        );
    }

    #[test]
    fn a_tag_is_short_and_of_its_slot() {
        assert_eq!(tag("vm:a"), tag("vm:a"));
        assert_ne!(tag("vm:a"), tag("vm:b"));
        assert_eq!(tag(&"x".repeat(900)).len(), 16);
    }
}
