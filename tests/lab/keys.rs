//! Certificates and keys, made anew for every run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};

use crate::program::run;

/// An authority of the lab's own, and the folder in which all keys lie.
pub(crate) struct Keys {
    folder: PathBuf,
    authority: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its key, as files.
pub(crate) struct Pair {
    /// PEM.
    pub(crate) certificate: PathBuf,
    /// PEM.
    pub(crate) key: PathBuf,
}

impl Keys {
    pub(crate) fn make(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::KeyCertSign,
            KeyUsagePurpose::CrlSign,
            KeyUsagePurpose::DigitalSignature,
        ];
        params
            .distinguished_name
            .push(DnType::CommonName, "lab authority");
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let keys = Self {
            folder: folder.to_owned(),
            authority,
        };
        fs::write(keys.authority_file(), keys.authority.pem())?;
        Ok(keys)
    }

    /// The authority's certificate.
    pub(crate) fn authority_file(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// A certificate that shows this name, for a server and a client alike.
    pub(crate) fn pair(&self, name: &str, usage: ExtendedKeyUsagePurpose) -> Result<Pair> {
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, name);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.authority)?;
        let pair = Pair {
            certificate: self.folder.join(format!("{name}.pem")),
            key: self.folder.join(format!("{name}.key")),
        };
        fs::write(&pair.certificate, certificate.pem())?;
        fs::write(&pair.key, key.serialize_pem())?;
        owner_only(&pair.key)?;
        Ok(pair)
    }

    /// A key for SSH, of a host or a person; the public half lies beside it as `.pub`.
    pub(crate) fn ssh(&self, name: &str) -> Result<PathBuf> {
        let file = self.folder.join(format!("{name}-ssh"));
        run(Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
            .arg(&file))?;
        Ok(file)
    }
}

fn owner_only(file: &Path) -> Result<()> {
    run(Command::new("chmod").arg("600").arg(file)).context("cannot protect a key")?;
    Ok(())
}
