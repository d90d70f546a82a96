//! What a 401 wants: the challenges in its `WWW-Authenticate` headers (contract 2.6).

use gangway_engine::id::TenantId;

use crate::credentials::Claims;

/// The claims of the first challenge that says `insufficient_claims` and can be read.
pub(crate) fn claims<'a>(headers: impl IntoIterator<Item = &'a str>) -> Option<Claims> {
    headers
        .into_iter()
        .flat_map(challenges)
        .find_map(|parameters| {
            let is = |name: &str| value(&parameters, name);
            (is("error")? == "insufficient_claims")
                .then(|| Claims::from_challenge(is("claims")?))
                .flatten()
        })
}

/// The tenant that `authorization_uri` names, where it names one.
pub(crate) fn tenant<'a>(headers: impl IntoIterator<Item = &'a str>) -> Option<TenantId> {
    headers
        .into_iter()
        .flat_map(challenges)
        .find_map(|parameters| {
            let address = value(&parameters, "authorization_uri")
                .or_else(|| value(&parameters, "authorization"))?;
            let path = address.split_once("://")?.1.split_once('/')?.1;
            let tenant = path.split('/').next()?;
            let fits =
                tenant.len() == 36 && tenant.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
            fits.then(|| TenantId::new(tenant))
        })
}

fn value<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    parameters
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// The parameters of each Bearer challenge in one header. One header may hold several
/// challenges, in any order; a word without `=` begins the next.
fn challenges(header: &str) -> Vec<Vec<(String, String)>> {
    let mut found: Vec<(bool, Vec<(String, String)>)> = Vec::new();
    let mut rest = header.trim_start_matches([' ', ',', '\t']);
    while !rest.is_empty() {
        let end = rest.find([' ', '=', ',', '\t']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let after_spaces = after.trim_start_matches([' ', '\t']);
        if let Some(assigned) = after_spaces.strip_prefix('=') {
            let (text, left) = quoted_or_plain(assigned.trim_start_matches([' ', '\t']));
            if let Some((_, parameters)) = found.last_mut() {
                parameters.push((name.to_owned(), text));
            }
            rest = left;
        } else {
            found.push((name.eq_ignore_ascii_case("bearer"), Vec::new()));
            rest = after;
        }
        let trimmed = rest.trim_start_matches([' ', ',', '\t', '=']);
        rest = trimmed;
    }
    found
        .into_iter()
        .filter(|(bearer, _)| *bearer)
        .map(|(_, parameters)| parameters)
        .collect()
}

/// A value and what follows it. A quoted value may escape with a backslash.
fn quoted_or_plain(text: &str) -> (String, &str) {
    let Some(inside) = text.strip_prefix('"') else {
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        let (plain, rest) = text.split_at(end);
        return (plain.to_owned(), rest);
    };
    let mut out = String::new();
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => {
                out.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (out, inside.get(at + 1..).unwrap_or_default()),
            _ => out.push(c),
        }
    }
    (out, "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CLAIMS: &str = "eyJhY2Nlc3NfdG9rZW4iOnt9fQ";

    #[test]
    fn claims_are_found_in_any_order_among_several_headers_and_challenges() {
        let plain = format!(
            r#"Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="{CLAIMS}""#
        );
        let reversed = format!(
            r#"Bearer claims="{CLAIMS}==", error="insufficient_claims", realm="a, b=\"c\"""#
        );
        let two = format!(
            r#"PoP nonce="x", error="insufficient_claims", claims="!!", Bearer error=insufficient_claims,claims={CLAIMS}"#
        );
        for headers in [
            vec![plain.as_str()],
            vec![&reversed],
            vec![&two],
            vec!["Negotiate", "Basic realm=\"x\"", &plain],
        ] {
            assert_eq!(
                claims(headers.clone()).unwrap().json(),
                r#"{"access_token":{}}"#,
                "{headers:?}"
            );
        }
    }

    #[test]
    fn what_is_no_challenge_is_ignored() {
        let other = format!(r#"Bearer error="invalid_token", claims="{CLAIMS}""#);
        for header in [
            other.as_str(),
            "Bearer error=\"insufficient_claims\"",
            "Bearer error=\"insufficient_claims\", claims=\"%\"",
            "",
        ] {
            assert_eq!(claims([header]), None, "{header}");
        }
    }

    #[test]
    fn the_right_tenant_is_read() {
        let header = r#"Bearer authorization_uri="https://login.windows.net/72F988BF-86f1-41af-91ab-2d7cd011db47", error="invalid_token""#;
        assert_eq!(
            tenant([header]),
            Some(TenantId::new("72f988bf-86f1-41af-91ab-2d7cd011db47"))
        );
        assert_eq!(
            tenant([r#"Bearer authorization_uri="https://login.windows.net/common/oauth2""#]),
            None
        );
    }

    proptest! {
        #[test]
        fn no_header_breaks_it(header in ".*") {
            let _ = (claims([header.as_str()]), tenant([header.as_str()]));
        }
    }
}
