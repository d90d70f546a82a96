//! The bill of materials: what an artefact contains, in CycloneDX's words.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::compiler::Compiler;
use super::crates::{Kind, Part};

/// The property of an artefact that must not go to people: its value says why.
pub(super) const NOT_FOR_RELEASE: &str = "gangway:not-for-release";

/// What the bill is about.
pub(super) struct Artefact<'a> {
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    /// SHA-256, in hexadecimal digits.
    pub(super) sum: &'a str,
    /// Seconds since 1970.
    pub(super) date: i64,
    /// What made it, where that has faults of its own.
    pub(super) compiler: Option<&'a Compiler>,
}

/// The bill as JSON (<https://cyclonedx.org/docs/1.5/json/>).
pub(super) fn of(artefact: &Artefact, parts: &BTreeMap<String, Part>) -> Result<String> {
    let whole = format!("{}@{}", artefact.name, artefact.version);
    let date = Timestamp::from_second(artefact.date).context("no such date")?;
    let programs = super::PROGRAMS.map(|(package, _)| package);
    let inside = parts.values().filter(|part| {
        part.kind == Kind::Npm || part.kind == Kind::Rust || programs.contains(&part.name.as_str())
    });
    let inside: Vec<String> = inside.map(Part::id).collect();
    let mut leans = vec![json!({"ref": whole, "dependsOn": inside})];
    leans.extend(
        parts
            .values()
            .map(|part| json!({"ref": part.id(), "dependsOn": part.needs})),
    );
    let mut bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": serial(artefact.sum)?,
        "version": 1,
        "metadata": {
            "timestamp": date.to_string(),
            "component": {
                "type": "application",
                "bom-ref": whole,
                "name": artefact.name,
                "version": artefact.version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "hashes": [{"alg": "SHA-256", "content": artefact.sum}],
            },
        },
        "components": parts.values().map(component).collect::<Vec<_>>(),
        "dependencies": leans,
    });
    if let Some(compiler) = artefact.compiler {
        bill["metadata"]["tools"] = json!({"components": [
            {"type": "application", "name": "makensis", "version": compiler.version},
        ]});
        if let Some(fault) = compiler.fault() {
            bill["metadata"]["properties"] = json!([{"name": NOT_FOR_RELEASE, "value": fault}]);
        }
    }
    Ok(serde_json::to_string_pretty(&bill)? + "\n")
}

fn component(part: &Part) -> Value {
    let kind = match (
        part.kind,
        super::PROGRAMS
            .iter()
            .any(|(package, _)| *package == part.name),
    ) {
        (Kind::Ours, true) => "application",
        _ => "library",
    };
    let mut component = json!({
        "type": kind,
        "bom-ref": part.id(),
        "name": part.name,
        "version": part.version,
    });
    if !part.licence.is_empty() {
        component["licenses"] = json!([{"expression": part.licence}]);
    }
    if matches!(part.kind, Kind::Crate | Kind::Npm | Kind::Nuget) {
        component["purl"] = part.id().into();
    }
    if let Some((algorithm, sum)) = &part.sum {
        component["hashes"] = json!([{"alg": algorithm, "content": sum}]);
    }
    component
}

/// A name of its own for each artefact, and the same for the same one: made of its sum, as UUIDs of version 8 may be
/// (<https://www.rfc-editor.org/rfc/rfc9562#section-5.8>).
fn serial(sum: &str) -> Result<String> {
    let part = |from: usize, to: usize| sum.get(from..to).context("no SHA-256");
    Ok(format!(
        "urn:uuid:{}-{}-8{}-8{}-{}",
        part(0, 8)?,
        part(8, 12)?,
        part(12, 15)?,
        part(15, 18)?,
        part(18, 30)?
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use cyclonedx_bom::prelude::{Bom, SpecVersion, Validate as _};

    use super::*;
    use crate::package::crates;

    #[test]
    fn somebody_elses_reader_finds_the_real_bill_in_order() {
        let packages = ["gangway-cli", "gangway-tray"];
        let parts = crates::of(&packages, "x86_64-pc-windows-gnu", Path::new("rustc")).unwrap();
        let sum = "0123456789abcdef".repeat(4);
        let artefact = Artefact {
            name: "Gangway-0.1.0-x64.exe",
            version: "0.1.0",
            sum: &sum,
            date: 1_760_000_000,
            compiler: Some(&Compiler {
                program: "makensis".into(),
                version: "v3.08".to_owned(),
            }),
        };
        let text = of(&artefact, &parts).unwrap();
        let bill = Bom::parse_from_json(text.as_bytes()).unwrap();
        let found = bill.validate_version(SpecVersion::V1_5);
        assert!(found.passed(), "{found:?}");
        let properties = bill.metadata.unwrap().properties.unwrap().0;
        assert_eq!(properties[0].name, NOT_FOR_RELEASE);
        let components = bill.components.unwrap().0;
        assert_eq!(components.len(), parts.len());
        let known: BTreeSet<&str> = components
            .iter()
            .filter_map(|it| it.bom_ref.as_deref())
            .collect();
        assert_eq!(known.len(), parts.len(), "a reference is given twice");
        for leans in bill.dependencies.unwrap().0 {
            for needs in &leans.dependencies {
                assert!(known.contains(needs.as_str()), "{needs} is nowhere");
            }
        }
    }

    #[test]
    fn a_serial_is_a_uuid_of_the_sum() {
        let sum = "0123456789abcdef".repeat(4);
        assert_eq!(
            serial(&sum).unwrap(),
            "urn:uuid:01234567-89ab-8cde-8f01-23456789abcd"
        );
        assert!(serial("short").is_err());
    }
}
