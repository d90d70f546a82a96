//! A launch agent of macOS, which starts with the session: a list of words needs no quotes.

use crate::autostart::Entry;

/// The agent as a property list
/// (<https://developer.apple.com/library/archive/documentation/MacOSX/Conceptual/BPSystemStartup/Chapters/CreatingLaunchdJobs.html>).
pub(super) fn text(entry: &Entry) -> String {
    let words = std::iter::once(&entry.program).chain(&entry.arguments);
    let words: String = words
        .map(|word| format!("<string>{}</string>", escape(word)))
        .collect();
    format!(
        concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
            "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" ",
            "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n",
            "<plist version=\"1.0\"><dict>\n",
            "<key>Label</key><string>{name}</string>\n",
            "<key>ProgramArguments</key><array>{words}</array>\n",
            "<key>RunAtLoad</key><true/>\n",
            "</dict></plist>\n"
        ),
        name = escape(&entry.name),
        words = words,
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_and_no_markup() {
        let text = text(&Entry {
            name: "Gangway".to_owned(),
            program: "/Applications/a b/<gangway & tray>".to_owned(),
            arguments: vec!["--background".to_owned()],
        });
        let words = concat!(
            "<array><string>/Applications/a b/&lt;gangway &amp; tray&gt;</string>",
            "<string>--background</string></array>"
        );
        assert!(text.contains(words), "{text}");
    }
}
