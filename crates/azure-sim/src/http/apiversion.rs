//! `api-version`: mandatory, well-formed, known (contract 1.2).

use super::answer::Answer;
use super::route::Template;

pub(crate) fn check(template: &Template, query: &str) -> Result<(), Box<Answer>> {
    if template.versions.is_empty() {
        return Ok(());
    }
    let refuse = |code: &str, message: &str| Err(Box::new(Answer::error(400, code, message)));
    let given = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name.eq_ignore_ascii_case("api-version"))
        .map(|(_, value)| value.into_owned());
    let Some(given) = given.filter(|v| !v.is_empty()) else {
        return refuse(
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        );
    };
    if template.versions.contains(&given.as_str()) {
        return Ok(());
    }
    let known = template.versions.join(", ");
    let is_date = given
        .get(..10)
        .is_some_and(|date| date.parse::<jiff::civil::Date>().is_ok());
    if is_date && (template.name.contains('.') || template.name == "graph") {
        refuse(
            "NoRegisteredProviderFound",
            &format!(
                "No registered resource provider found for API version '{given}'. The supported api-versions are '{known}'."
            ),
        )
    } else {
        refuse(
            "InvalidApiVersionParameter",
            &format!("The api-version '{given}' is invalid. The supported versions are '{known}'."),
        )
    }
}
