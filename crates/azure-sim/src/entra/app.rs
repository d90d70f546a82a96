//! The one registration that people sign in to: which client, which tenant, which redirect (contract 2.2, 2.3).

use url::Url;

use super::refusal::Refusal;
use crate::world::World;

/// The id of the tenant that a path names; none for `common` and `organizations`.
pub(crate) fn tenant(world: &World, named: &str) -> Result<Option<String>, Refusal> {
    if matches!(
        named.to_ascii_lowercase().as_str(),
        "common" | "organizations"
    ) {
        return Ok(None);
    }
    match tenant_id(world, named) {
        Some(id) => Ok(Some(id)),
        None => Err(Refusal::of(90002).saying(format!("Tenant '{named}' was not found."))),
    }
}

/// The tenant of that id or domain.
pub(crate) fn tenant_id(world: &World, named: &str) -> Option<String> {
    let fits = |t: &&crate::world::Tenant| {
        t.id.eq_ignore_ascii_case(named)
            || t.default_domain
                .as_deref()
                .is_some_and(|d| d.eq_ignore_ascii_case(named))
    };
    world.tenants.iter().find(fits).map(|t| t.id.clone())
}

/// Whether the public registration may be used there.
pub(crate) fn client(world: &World, id: &str, tenant: Option<&str>) -> Result<(), Refusal> {
    if !id.eq_ignore_ascii_case(&world.app.id) {
        return Err(Refusal::of(700_016).saying(format!(
            "Application with identifier '{id}' was not found in the directory."
        )));
    }
    if world.switches.multi_tenant {
        return Ok(());
    }
    let home = world.tenants.first().map_or("", |t| t.id.as_str());
    match tenant {
        None => Err(Refusal::of(50194)),
        Some(tenant) if tenant.eq_ignore_ascii_case(home) => Ok(()),
        Some(_) => Err(Refusal::of(700_016)),
    }
}

/// A registered `http://localhost` matches any port; the path must match exactly, and other names for loopback do not.
pub(crate) fn redirect(text: &str) -> Result<Url, Refusal> {
    let fits = Url::parse(text).ok().filter(|url| {
        url.scheme() == "http"
            && url.host_str() == Some("localhost")
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
    });
    fits.ok_or_else(|| {
        Refusal::of(50011).saying(format!(
            "The redirect address '{text}' does not match one that the application has registered."
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_localhost_without_a_path_on_any_port() {
        for right in [
            "http://localhost",
            "http://localhost/",
            "http://localhost:50123",
        ] {
            assert!(redirect(right).is_ok(), "{right}");
        }
        for wrong in [
            "https://localhost:1",
            "http://127.0.0.1:1",
            "http://[::1]:1",
            "http://localhost:1/callback",
            "http://localhost:1/?a=b",
            "http://localhost.example:1",
            "",
        ] {
            assert!(redirect(wrong).is_err(), "{wrong}");
        }
    }
}
