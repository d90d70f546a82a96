//! Which certificate is meant by a name or a thumbprint.

use gangway_engine::launch::CertificateEntry;

use crate::exit::Stop;
use crate::say::say;

/// The one whose thumbprint this is, or that alone bears this name or, where none does, has it
/// in its name. Case and the spaces that Windows shows in a thumbprint do not count.
pub(super) fn meant<'a>(
    certificates: &'a [CertificateEntry],
    wanted: &str,
) -> Result<&'a CertificateEntry, Stop> {
    let digits: String = wanted
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_uppercase();
    let name = wanted.trim().to_lowercase();
    let by = |fits: &dyn Fn(&CertificateEntry) -> bool| -> Vec<&'a CertificateEntry> {
        certificates.iter().filter(|one| fits(one)).collect()
    };
    let found = [
        by(&|one| one.thumbprint == digits),
        by(&|one| one.name.to_lowercase() == name),
        by(&|one| !name.is_empty() && one.name.to_lowercase().contains(&name)),
    ];
    let found = found.into_iter().find(|found| !found.is_empty());
    match found.as_deref() {
        Some([one]) => Ok(one),
        Some(several) => {
            let told = several.iter().map(|one| shown(one));
            let told: Vec<String> = told.collect();
            let params = [("name", wanted), ("certificates", &told.join(", "))];
            Err(Stop::Usage(say("cli.rdp.several-named", &params)))
        }
        None => Err(Stop::Usage(say("cli.rdp.none-named", &[("name", wanted)]))),
    }
}

fn shown(one: &CertificateEntry) -> String {
    format!("{} ({})", one.name, one.thumbprint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(name: &str, byte: &str) -> CertificateEntry {
        CertificateEntry {
            name: name.to_owned(),
            issuer: "Contoso CA".to_owned(),
            ends_at: "2027-03-01T12:00:00Z".parse().unwrap(),
            thumbprint: byte.repeat(20),
            named_by_policy: false,
            chosen: false,
        }
    }

    #[test]
    fn a_certificate_is_meant_by_name_part_of_it_or_thumbprint() {
        let all = [
            certificate("Contoso RDP", "AB"),
            certificate("Contoso RDP 2", "CD"),
            certificate("Fabrikam", "EF"),
        ];
        for (wanted, byte) in [
            ("contoso rdp", "AB"),
            ("RDP 2", "CD"),
            ("fabri", "EF"),
            (&"ef ".repeat(20), "EF"),
            (&format!("\u{200e}{}", "cd".repeat(20)), "CD"),
        ] {
            let found = meant(&all, wanted).unwrap_or_else(|_| panic!("{wanted}"));
            assert_eq!(found.thumbprint, byte.repeat(20), "{wanted}");
        }
    }

    #[test]
    fn what_several_or_none_bear_is_a_usage_error() {
        let all = [certificate("One", "AB"), certificate("One", "CD")];
        for (wanted, part) in [("one", "CDCD"), ("two", "two"), ("", ""), ("AB", "AB")] {
            match meant(&all, wanted) {
                Err(Stop::Usage(said)) => assert!(said.contains(part), "{wanted}: {said}"),
                _ => panic!("{wanted}"),
            }
        }
    }
}
