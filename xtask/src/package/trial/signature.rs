//! A way to sign, with a certificate of our own making, and a look at what was signed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

use crate::process::{read, run};

pub(super) struct Signer {
    folder: PathBuf,
    line: String,
}

impl Signer {
    pub(super) fn make(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let (key, certificate) = (folder.join("key.pem"), folder.join("certificate.pem"));
        run(Command::new("openssl")
            .args([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            ])
            .args([
                "-subj",
                "/CN=Gangway trial",
                "-addext",
                "extendedKeyUsage=codeSigning",
            ])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate))?;
        let script = folder.join("sign.sh");
        // osslsigncode writes a new file; what is asked for is the same one, signed.
        fs::write(
            &script,
            format!(
                "set -e\nosslsigncode sign -h sha256 -certs '{}' -key '{}' -n Gangway -in \"$1\" -out \"$1.signed\" > /dev/null\nmv \"$1.signed\" \"$1\"\n",
                certificate.display(),
                key.display()
            ),
        )?;
        let line = format!("sh '{}'", script.display());
        Ok(Self {
            folder: folder.to_owned(),
            line,
        })
    }

    /// As `--sign` takes it.
    pub(super) fn line(&self) -> &str {
        &self.line
    }

    /// Whether a program bears a signature by our certificate that fits it.
    pub(super) fn has_signed(&self, file: &Path) -> Result<()> {
        let mut verify = Command::new("osslsigncode");
        let said = read(
            verify
                .arg("verify")
                .arg("-CAfile")
                .arg(self.folder.join("certificate.pem"))
                .arg("-in")
                .arg(file),
        )?;
        ensure!(
            said.contains("Gangway trial"),
            "{} is signed by somebody else",
            file.display()
        );
        Ok(())
    }
}
