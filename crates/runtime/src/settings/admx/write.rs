//! The policy files as text. Order and nesting of the elements are the schema's: see `admx.rs`.

use std::fmt::Write;

use quick_xml::escape::escape;

use super::super::edit;
use super::words::{LANGUAGES, Words, plain};
use super::{CATEGORIES, Form, KEY, LONGEST_LIST, Policy, name, policies};

const SCHEMA: &str = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions";

/// Of this file; the ADML files must be at least as new.
const REVISION: &str = "1.0";

/// Every file, by its name below the folder, and its text.
pub(super) fn files() -> Vec<(String, String)> {
    let mut files = vec![("Gangway.admx".to_owned(), admx())];
    for language in LANGUAGES {
        files.push((format!("{language}/Gangway.adml"), adml(language)));
    }
    files
}

/// Text with line ends that every editor of Windows takes, in Unicode that says so.
fn head(root: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <!-- Written from words/*.toml and the table of settings by a test of gangway-runtime: do not edit. -->\n\
         <{root} xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns=\"{SCHEMA}\" \
         revision=\"{REVISION}\" schemaVersion=\"1.0\">\n"
    )
}

fn admx() -> String {
    let mut xml = head("policyDefinitions");
    let mut line = |text: &str| {
        let _written = writeln!(xml, "{text}");
    };
    // No other file's definitions are used, so that this one can be imported by itself.
    line("  <policyNamespaces>");
    line("    <target prefix=\"gangway\" namespace=\"dev.gangway.Gangway\" />");
    line("  </policyNamespaces>");
    line(&format!(
        "  <resources minRequiredRevision=\"{REVISION}\" fallbackCulture=\"{}\" />",
        LANGUAGES[0]
    ));
    line("  <supportedOn>");
    line("    <definitions>");
    line("      <definition name=\"Supported\" displayName=\"$(string.Supported)\" />");
    line("    </definitions>");
    line("  </supportedOn>");
    line("  <categories>");
    line("    <category name=\"Gangway\" displayName=\"$(string.Category_Gangway)\" />");
    for (category, _) in CATEGORIES {
        line(&format!(
            "    <category name=\"{category}\" displayName=\"$(string.Category_{category})\">"
        ));
        line("      <parentCategory ref=\"Gangway\" />");
        line("    </category>");
    }
    line("  </categories>");
    line("  <policies>");
    for policy in policies() {
        of_policy(&policy, &mut line);
    }
    line("  </policies>");
    line("</policyDefinitions>");
    xml
}

fn of_policy(policy: &Policy, line: &mut impl FnMut(&str)) {
    let (id, key) = (policy.name(), policy.key);
    // A policy with elements has no value of its own.
    let (presentation, value) = match policy.form {
        Form::Toggle => (String::new(), format!(" valueName=\"{key}\"")),
        _ => (
            format!(" presentation=\"$(presentation.{id})\""),
            String::new(),
        ),
    };
    line(&format!(
        "    <policy name=\"{id}\" class=\"Both\" displayName=\"$(string.{id})\" \
         explainText=\"$(string.{id}_Help)\"{presentation} key=\"{KEY}\"{value}>"
    ));
    line(&format!(
        "      <parentCategory ref=\"{}\" />",
        policy.category
    ));
    line("      <supportedOn ref=\"Supported\" />");
    let start = format!("id=\"{id}\" valueName=\"{key}\" required=\"true\"");
    let element = match &policy.form {
        Form::Toggle => {
            line("      <enabledValue><decimal value=\"1\" /></enabledValue>");
            line("      <disabledValue><decimal value=\"0\" /></disabledValue>");
            None
        }
        Form::Choice(values) => {
            let items = values.iter().map(|value| {
                let word = name(value);
                format!(
                    "          <item displayName=\"$(string.{id}_{word})\">\
                     <value><string>{value}</string></value></item>\n"
                )
            });
            let items: String = items.collect();
            Some(format!("<enum {start}>\n{items}        </enum>"))
        }
        Form::Number { least, most } => Some(format!(
            "<decimal {start} minValue=\"{least}\" maxValue=\"{most}\" />"
        )),
        Form::Time => Some(format!(
            "<text {start} maxLength=\"{}\" />",
            super::LONGEST_TEXT
        )),
        Form::Text { longest } => Some(format!("<text {start} maxLength=\"{longest}\" />")),
        Form::List(_) => Some(format!(
            "<multiText {start} maxLength=\"{LONGEST_LIST}\" />"
        )),
    };
    if let Some(element) = element {
        line("      <elements>");
        line(&format!("        {element}"));
        line("      </elements>");
    }
    line("    </policy>");
}

fn adml(language: &str) -> String {
    let words = Words::of(language);
    let mut xml = head("policyDefinitionResources");
    let mut line = |text: &str| {
        let _written = writeln!(xml, "{text}");
    };
    line(&format!(
        "  <displayName>{}</displayName>",
        escape(&words.file.name)
    ));
    line(&format!(
        "  <description>{}</description>",
        escape(&words.file.description)
    ));
    line("  <resources>");
    line("    <stringTable>");
    for (id, text) in strings(&words) {
        line(&format!(
            "      <string id=\"{id}\">{}</string>",
            escape(&text)
        ));
    }
    line("    </stringTable>");
    line("    <presentationTable>");
    for policy in policies() {
        if let Some(control) = control(&policy, &words) {
            line(&format!("      <presentation id=\"{}\">", policy.name()));
            line(&format!("        {control}"));
            line("      </presentation>");
        }
    }
    line("    </presentationTable>");
    line("  </resources>");
    line("</policyDefinitionResources>");
    xml
}

fn strings(words: &Words) -> Vec<(String, String)> {
    let mut strings = vec![("Supported".to_owned(), words.file.supported.clone())];
    for (category, text) in &words.categories {
        strings.push((format!("Category_{category}"), text.clone()));
    }
    for policy in policies() {
        let (id, of) = (policy.name(), words.policy(policy.key));
        strings.push((id.clone(), of.name.clone()));
        strings.push((format!("{id}_Help"), words.explanation(&policy)));
        for (value, text) in &of.choices {
            strings.push((format!("{id}_{}", name(value)), text.clone()));
        }
    }
    strings
}

/// What the element of a policy looks like, filled in with what holds anyway.
fn control(policy: &Policy, words: &Words) -> Option<String> {
    let id = policy.name();
    let label = words.policy(policy.key).label.as_deref();
    let label = escape(label.unwrap_or_default());
    let usual = policy.usual.as_ref().map(plain).unwrap_or_default();
    Some(match &policy.form {
        Form::Toggle => return None,
        Form::Choice(values) => {
            let at = values.iter().position(|value| *value == usual);
            let at = at.unwrap_or_default();
            format!(
                "<dropdownList refId=\"{id}\" noSort=\"true\" defaultItem=\"{at}\">{label}</dropdownList>"
            )
        }
        Form::Number { least, .. } => {
            // Where nothing holds anyway, something that is not at the edge.
            let example = edit::example(policy.key).unwrap_or_default();
            let usual: u16 = usual.parse().or(example.parse()).unwrap_or(*least);
            format!(
                "<decimalTextBox refId=\"{id}\" defaultValue=\"{usual}\">{label}</decimalTextBox>"
            )
        }
        Form::Time | Form::Text { .. } => {
            let usual = match usual.as_str() {
                "" => String::new(),
                usual => format!("<defaultValue>{}</defaultValue>", escape(usual)),
            };
            format!("<textBox refId=\"{id}\"><label>{label}</label>{usual}</textBox>")
        }
        // The control has no label of its own
        // (<https://learn.microsoft.com/previous-versions/windows/desktop/policy/element-multitextbox>).
        Form::List(_) => {
            format!(
                "<text>{label}</text>\n        <multiTextBox refId=\"{id}\" defaultHeight=\"6\" />"
            )
        }
    })
}
