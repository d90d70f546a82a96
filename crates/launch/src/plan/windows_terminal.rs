//! A tab of Windows Terminal, which puts the command's words together again by its own rules.
//!
//! It cuts its arguments at semicolons that no backslash precedes, takes away the backslash of
//! those that one does, joins the words of the command with spaces, with quotation marks around
//! those that hold a space and no other care, and fills in names between percent signs
//! (<https://learn.microsoft.com/windows/terminal/command-line-arguments>, and
//! `AppCommandlineArgs.cpp` and `ConptyConnection.cpp` of microsoft/terminal).

use crate::installed::Terminal;
use crate::invocation::{Argument, Invocation, Stage};

/// The command in a tab of its own. What would not arrive as it is gets a console window, which
/// Windows opens in the default terminal: there nobody puts words together anew.
pub(super) fn new_tab(terminal: &Terminal, inner: Invocation) -> Invocation {
    let Some(command) = words(&inner).filter(|words| arrives(words)) else {
        return Invocation {
            stage: Stage::NewConsole,
            ..inner
        };
    };
    let escaped = command.iter().map(|word| word.replace(';', "\\;").into());
    Invocation {
        program: terminal.program.clone(),
        arguments: std::iter::once("new-tab".into()).chain(escaped).collect(),
        stage: Stage::Apart,
        stays: false,
        ..inner
    }
}

/// Program and arguments, where all of them are text.
fn words(inner: &Invocation) -> Option<Vec<String>> {
    let program = inner.program.to_str().map(str::to_owned);
    let arguments = inner.arguments.iter().map(|argument| match argument {
        Argument::Text(text) => Some(text.clone()),
        Argument::File(_) => None,
    });
    std::iter::once(program).chain(arguments).collect()
}

/// Whether each word comes out as it went in.
fn arrives(words: &[String]) -> bool {
    let is_option = |word: &String| word.starts_with(['-', '/']);
    let percent = words.iter().flat_map(|word| word.matches('%')).count();
    // One percent sign alone is no name to be filled in.
    percent < 2 && !words.first().is_some_and(is_option) && words.iter().all(|word| is_plain(word))
}

fn is_plain(word: &str) -> bool {
    let ends_its_quotes = word.contains(' ') && word.ends_with('\\');
    // Words in brackets are a list to the parser.
    let is_list = word.starts_with('[') && word.ends_with(']');
    let breaks = |c: char| c == '"' || c.is_control();
    !word.is_empty() && !ends_its_quotes && !is_list && !word.contains(breaks)
}
