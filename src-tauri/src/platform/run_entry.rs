//! A command line as Windows starts it with a session, its program quoted.
//!
//! Of an unquoted path with a space Windows tries what stands before the space first: another
//! program would start in the place of one in `Program Files`
//! (<https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw>).

use crate::autostart::Entry;

/// What stands in the registry; the installer writes the same for the usual home.
pub(super) fn command(entry: &Entry) -> String {
    let mut line = quoted(&entry.program);
    for argument in &entry.arguments {
        line.push(' ');
        if argument.contains([' ', '\t', '"']) {
            line.push_str(&quoted(argument));
        } else {
            line.push_str(argument);
        }
    }
    line
}

/// The program that a command line starts, where that is beyond doubt.
pub(super) fn program(line: &str) -> Option<&str> {
    let (program, _) = line.strip_prefix('"')?.split_once('"')?;
    Some(program)
}

/// As programs read their arguments: backslashes count twice before a quotation mark only
/// (<https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments>).
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    let mut backslashes = 0;
    for letter in text.chars() {
        if letter == '"' {
            quoted.push_str(&"\\".repeat(backslashes + 1));
        }
        backslashes = if letter == '\\' { backslashes + 1 } else { 0 };
        quoted.push(letter);
    }
    quoted.push_str(&"\\".repeat(backslashes));
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(arguments: &[&str]) -> Entry {
        Entry {
            name: "Gangway".to_owned(),
            program: r"C:\Program Files\Gangway\gangway-tray.exe".to_owned(),
            arguments: arguments.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn a_path_with_a_space_is_one_word() {
        assert_eq!(
            command(&entry(&["--background"])),
            r#""C:\Program Files\Gangway\gangway-tray.exe" --background"#,
        );
        assert_eq!(
            command(&entry(&[r"--home=D:\my files\"])),
            r#""C:\Program Files\Gangway\gangway-tray.exe" "--home=D:\my files\\""#,
        );
        assert_eq!(quoted(r#"a\"b"#), r#""a\\\"b""#);
    }

    #[test]
    fn only_a_quoted_program_is_beyond_doubt() {
        let line = command(&entry(&["--background"]));
        assert_eq!(program(&line), Some(entry(&[]).program.as_str()));
        let unquoted = r"C:\Program Files\Gangway\gangway-tray.exe --background";
        assert_eq!(program(unquoted), None);
        assert_eq!(program(r#""C:\half"#), None);
        assert_eq!(program(""), None);
    }
}
