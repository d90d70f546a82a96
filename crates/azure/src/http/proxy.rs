//! The name of the proxy, for the one message that needs it.

use reqwest::Url;

/// The proxy that requests to Azure go through, as far as the environment tells,
/// without user name and password.
pub(crate) fn name() -> String {
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
        .iter()
        .filter_map(|variable| std::env::var(variable).ok())
        .find_map(|value| host(&value))
        .unwrap_or_else(|| "of the system".to_owned())
}

fn host(value: &str) -> Option<String> {
    let url = Url::parse(value)
        .or_else(|_| Url::parse(&format!("http://{value}")))
        .ok()?;
    let host = url.host_str()?;
    Some(
        url.port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_neither_user_nor_password() {
        assert_eq!(
            host("http://user:word@proxy.contoso.example:8080/").as_deref(),
            Some("proxy.contoso.example:8080")
        );
        assert_eq!(
            host("proxy.contoso.example").as_deref(),
            Some("proxy.contoso.example")
        );
    }
}
