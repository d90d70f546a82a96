//! An invocation as text, for golden files.

use gangway_launch::Invocation;

/// The command line, what it is attached to, why, and each file.
pub(crate) fn shown(invocation: &Invocation) -> String {
    let mut out = format!(
        "{invocation}\n{:?}, {}\n",
        invocation.stage,
        if invocation.stays {
            "stays"
        } else {
            "ends at once"
        }
    );
    let notes = invocation.view.notes.iter().map(|note| note.key());
    let notes: Vec<&str> = notes.collect();
    out.push_str(&format!(
        "{:?}: {}\n",
        invocation.view.way,
        notes.join(", ")
    ));
    for file in &invocation.files {
        out.push_str(&format!(
            "--- .{} {:?}\n{}",
            file.extension, file.encoding, file.text
        ));
    }
    out.replace('\r', "")
}
