//! Names instead of ARM ids, for who has one line to read.

const ID: &str = "/subscriptions/";
const GROUPS: &str = "/resourcegroups/";

/// The text with each ARM id in it as the name of what it stands for: its last part, or, of
/// the `scope` of a right, the resource group where it names one.
pub(super) fn named(text: &str, scope: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = find(rest, ID) {
        let (before, from) = rest.split_at(at);
        let after = from.find(ends_id).unwrap_or(from.len());
        let (id, tail) = from.split_at(after);
        let bare = id.trim_end_matches('.');
        out.push_str(before);
        out.push_str(name(bare, scope));
        out.push_str(&id[bare.len()..]);
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn name(id: &str, scope: bool) -> &str {
    let group = find(id, GROUPS).map(|at| &id[at + GROUPS.len()..]);
    let group = group.and_then(|rest| rest.split('/').next());
    let own = id.rsplit('/').find(|part| !part.is_empty());
    group.filter(|_| scope).or(own).unwrap_or(id)
}

/// Ids compare without case.
fn find(text: &str, what: &str) -> Option<usize> {
    text.to_ascii_lowercase().find(what)
}

fn ends_id(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\'' | '"' | ',' | ';' | ')')
}

#[cfg(test)]
mod tests {
    use super::*;

    const VM: &str = "/subscriptions/s1/resourceGroups/rg-web/providers/Microsoft.Compute/virtualMachines/vm-web-01";

    #[test]
    fn an_id_becomes_a_name_and_what_stands_around_it_stays() {
        assert_eq!(named(VM, false), "vm-web-01");
        let text = format!("between {VM}, (and {}).", VM.to_uppercase());
        assert_eq!(named(&text, false), "between vm-web-01, (and VM-WEB-01).");
        assert_eq!(named(&format!("{VM}."), false), "vm-web-01.");
        assert_eq!(named("vm-web-01", false), "vm-web-01");
    }

    #[test]
    fn a_scope_is_its_resource_group() {
        assert_eq!(named(VM, true), "rg-web");
        assert_eq!(named("/subscriptions/s1", true), "s1");
        assert_eq!(named("/subscriptions/", true), "subscriptions");
    }
}
