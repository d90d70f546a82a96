//! A client assertion: a JWT signed with the application's certificate (RFC 7523, Microsoft's certificate credentials).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::{digest, signature};
use serde_json::Value;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::Desk;
use super::refusal::Refusal;
use crate::error::Error;

/// The application's certificate, as far as an assertion is checked against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Certificate {
    /// `RSAPublicKey`, DER.
    key: Vec<u8>,
    sha256: Vec<u8>,
    sha1: Vec<u8>,
}

impl Certificate {
    /// Reads the first certificate of a PEM text.
    pub(crate) fn read(pem: &str) -> Result<Self, Error> {
        let invalid = || Error::Invalid {
            what: "client certificate",
            value: "this PEM text".into(),
        };
        let (_, pem) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).map_err(|_| invalid())?;
        let (_, certificate) = X509Certificate::from_der(&pem.contents).map_err(|_| invalid())?;
        let sum = |algorithm| digest::digest(algorithm, &pem.contents).as_ref().to_vec();
        Ok(Self {
            key: certificate
                .public_key()
                .subject_public_key
                .data
                .clone()
                .into_owned(),
            sha256: sum(&digest::SHA256),
            sha1: sum(&digest::SHA1_FOR_LEGACY_USE_ONLY),
        })
    }
}

/// Shape, certificate, audience, times, parties, signature: in this order.
pub(super) fn check(desk: &Desk<'_>, tenant: &str, assertion: &str) -> Result<(), Refusal> {
    let refuse = |words: &str| {
        Err(Refusal::of(700_027)
            .called("invalid_client")
            .status(401)
            .saying(words))
    };
    let Some(certificate) = &desk.world.client_certificate else {
        return refuse("The application has no certificate.");
    };
    let parts: Vec<&str> = assertion.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else {
        return refuse("The assertion is not a JWT of three parts.");
    };
    let json = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
        serde_json::from_slice::<Value>(&bytes).ok()
    };
    let (Some(head), Some(body)) = (json(header), json(payload)) else {
        return refuse("The assertion's header or payload is not base64url of JSON.");
    };
    let thumb = |name: &str| URL_SAFE_NO_PAD.decode(head[name].as_str()?).ok();
    let known = match (thumb("x5t#S256"), thumb("x5t")) {
        (Some(sum), _) => sum == certificate.sha256,
        (None, Some(sum)) => sum == certificate.sha1,
        (None, None) => {
            return refuse("The header names no certificate: neither x5t#S256 nor x5t.");
        }
    };
    if !known {
        return refuse("The certificate that the header names is not the application's.");
    }
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let here = |tenant: &str| format!("{}/{tenant}/oauth2/v2.0/token", desk.authority);
    let named = desk
        .world
        .tenants
        .iter()
        .filter(|t| t.id.eq_ignore_ascii_case(tenant))
        .flat_map(|t| [Some(&t.id), t.default_domain.as_ref()])
        .flatten();
    if !named.into_iter().any(|t| text("aud") == here(t)) {
        return refuse("The audience is not this token endpoint.");
    }
    let now = desk.now.as_second();
    let number = |name: &str| body[name].as_i64();
    if number("exp").is_none_or(|exp| exp <= now) {
        return Err(Refusal::of(700_024)
            .called("invalid_client")
            .status(401)
            .saying("The assertion is not within its time."));
    }
    if number("nbf").is_some_and(|nbf| nbf > now + 300) {
        return refuse("The assertion is not valid yet.");
    }
    let client = &desk.world.client_id;
    if !text("iss").eq_ignore_ascii_case(client) || !text("sub").eq_ignore_ascii_case(client) {
        return refuse("Issuer and subject have to be the application.");
    }
    if text("jti").is_empty() {
        return refuse("The assertion has no 'jti'.");
    }
    let algorithm: &dyn signature::VerificationAlgorithm = match head["alg"].as_str() {
        Some("PS256") => &signature::RSA_PSS_2048_8192_SHA256,
        Some("RS256") => &signature::RSA_PKCS1_2048_8192_SHA256,
        _ => return refuse("The signature's algorithm is not taken."),
    };
    let signed = format!("{header}.{payload}");
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    let key = signature::UnparsedPublicKey::new(algorithm, &certificate.key);
    match key.verify(signed.as_bytes(), &signature) {
        Ok(()) => Ok(()),
        Err(_) => refuse("The assertion's signature is not the certificate's."),
    }
}
