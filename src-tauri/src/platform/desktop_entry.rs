//! A desktop entry that starts with the session, every word of its command quoted
//! (<https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html>).

use crate::autostart::Entry;

/// The entry as text.
pub(super) fn text(entry: &Entry) -> String {
    let words = std::iter::once(&entry.program).chain(&entry.arguments);
    let command: Vec<String> = words.map(|word| quoted(word)).collect();
    format!(
        concat!(
            "[Desktop Entry]\nType=Application\nVersion=1.0\nName=Gangway\n",
            "Exec={}\nIcon=dev.gangway.Gangway\nStartupNotify=false\nTerminal=false\n"
        ),
        command.join(" ")
    )
}

/// The program that an entry starts.
pub(super) fn program(text: &str) -> Option<String> {
    let command = text.lines().find_map(|line| line.strip_prefix("Exec="))?;
    let mut letters = command.trim_start().chars().peekable();
    let quoted = letters.next_if_eq(&'"').is_some();
    let mut program = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted => return Some(program),
            ' ' if !quoted => break,
            '\\' => program.push(escaped(&mut letters)?),
            letter => program.push(letter),
        }
    }
    (!quoted).then_some(program)
}

/// What follows a backslash: within a value it is written twice, and within quotes it stands
/// before what would mean something else.
fn escaped(letters: &mut impl Iterator<Item = char>) -> Option<char> {
    match letters.next()? {
        '\\' => match letters.next()? {
            '\\' => letters.next().filter(|letter| *letter == '\\'),
            letter => Some(letter),
        },
        's' => Some(' '),
        letter => Some(letter),
    }
}

/// A word in quotes. A backslash is one for the value and one for the quotes.
fn quoted(word: &str) -> String {
    let mut quoted = String::from('"');
    for letter in word.chars() {
        match letter {
            '\\' => quoted.push_str(r"\\\\"),
            '"' | '`' | '$' => {
                quoted.push_str(r"\\");
                quoted.push(letter);
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(program: &str) -> Entry {
        Entry {
            name: "Gangway".to_owned(),
            program: program.to_owned(),
            arguments: vec!["--background".to_owned(), "--home=/a b".to_owned()],
        }
    }

    #[test]
    fn a_path_with_a_space_is_one_word() {
        let text = text(&entry("/opt/my programs/gangway-tray"));
        let command = r#"Exec="/opt/my programs/gangway-tray" "--background" "--home=/a b""#;
        assert!(text.lines().any(|line| line == command), "{text}");
    }

    #[test]
    fn what_is_written_is_read_back() {
        for path in ["/usr/bin/a", "/a b/c", r#"/a"b`c$d\e/f"#, r"/a\\b"] {
            assert_eq!(program(&text(&entry(path))).as_deref(), Some(path));
        }
        let unquoted = "[Desktop Entry]\nExec=/opt/my programs/gangway-tray --background\n";
        assert_eq!(program(unquoted).as_deref(), Some("/opt/my"));
        assert_eq!(program("[Desktop Entry]\n"), None);
        assert_eq!(program("Exec=\"/half"), None);
    }
}
