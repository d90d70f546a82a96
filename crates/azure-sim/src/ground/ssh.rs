//! The SSH server of a VM: any login, a host key of its own, `hostname`, and a shell that says which VM it is.

use std::sync::Arc;
use std::time::Duration;

use russh::keys::PrivateKey;
use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use russh::server::{
    Auth, ChannelOpenHandle, Config, Handler, Msg, Session, VerifiedPublicKey, run_stream,
};
use russh::{Channel, ChannelId, Pty};
use tokio::net::TcpStream;

/// A VM as its SSH server knows it.
pub(crate) struct Host {
    name: String,
    computer_name: String,
    config: Arc<Config>,
}

impl Host {
    /// The host key comes from the VM's id: the same estate has the same keys at every start.
    pub(crate) fn new(name: &str, computer_name: &str, id: &str) -> Self {
        let seed = crate::seed::bytes(&format!("ssh host key of {}", id.to_lowercase()));
        let key = PrivateKey::new(KeypairData::Ed25519(Ed25519Keypair::from_seed(&seed)), "");
        let config = Config {
            keys: key.into_iter().collect(),
            auth_rejection_time: Duration::ZERO,
            nodelay: true,
            ..Config::default()
        };
        Self {
            name: name.chars().filter(|c| !c.is_control()).collect(),
            computer_name: computer_name.chars().filter(|c| !c.is_control()).collect(),
            config: Arc::new(config),
        }
    }
}

pub(crate) async fn serve(host: Arc<Host>, stream: TcpStream) {
    let config = Arc::clone(&host.config);
    let guest = Guest {
        host,
        line: String::new(),
    };
    match run_stream(config, stream, guest).await {
        Ok(session) => {
            if let Err(error) = session.await {
                tracing::debug!(%error, "an SSH session ended early");
            }
        }
        Err(error) => tracing::debug!(%error, "an SSH client left before the key exchange"),
    }
}

struct Guest {
    host: Arc<Host>,
    /// What was typed since the last return.
    line: String,
}

impl Guest {
    fn run(&self, command: &str) -> (String, u32) {
        let words: Vec<&str> = command.split_whitespace().collect();
        match words.as_slice() {
            ["hostname"] => (format!("{}\n", self.host.computer_name), 0),
            ["whoami"] => ("guest\n".into(), 0),
            ["true"] | [] => (String::new(), 0),
            ["false"] => (String::new(), 1),
            ["exit"] => (String::new(), 0),
            ["exit", code] => (String::new(), code.parse().unwrap_or(2)),
            ["echo", rest @ ..] => (format!("{}\n", rest.join(" ")), 0),
            [other, ..] => (format!("{other}: command not found\n"), 127),
        }
    }

    fn prompt(&self) -> String {
        format!("guest@{}:~$ ", self.host.computer_name)
    }

    fn finish(channel: ChannelId, code: u32, session: &mut Session) -> Result<(), russh::Error> {
        session.exit_status_request(channel, code)?;
        session.eof(channel)?;
        session.close(channel)
    }

    /// One typed character; true when the shell ends.
    fn typed(&mut self, byte: u8, out: &mut String) -> Option<u32> {
        match byte {
            b'\r' | b'\n' => {
                out.push_str("\r\n");
                let line = std::mem::take(&mut self.line);
                let (said, code) = self.run(&line);
                if line.split_whitespace().next() == Some("exit") {
                    return Some(code);
                }
                out.push_str(&said.replace('\n', "\r\n"));
                out.push_str(&self.prompt());
            }
            3 => {
                self.line.clear();
                out.push_str("^C\r\n");
                out.push_str(&self.prompt());
            }
            4 => return Some(0),
            8 | 127 if self.line.pop().is_some() => out.push_str("\u{8} \u{8}"),
            printable @ b' '..=b'~' => {
                self.line.push(char::from(printable));
                out.push(char::from(printable));
            }
            _ => {}
        }
        None
    }
}

impl Handler for Guest {
    type Error = russh::Error;

    async fn auth_none(&mut self, _user: &str) -> Result<Auth, Self::Error> {
        Ok(Auth::Accept)
    }

    async fn auth_password(&mut self, _user: &str, _password: &str) -> Result<Auth, Self::Error> {
        Ok(Auth::Accept)
    }

    async fn auth_publickey(
        &mut self,
        _user: &str,
        _key: VerifiedPublicKey<'_>,
    ) -> Result<Auth, Self::Error> {
        Ok(Auth::Accept)
    }

    async fn channel_open_session(
        &mut self,
        _channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        _term: &str,
        _columns: u32,
        _rows: u32,
        _width: u32,
        _height: u32,
        _modes: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)
    }

    async fn shell_request(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)?;
        let greeting = format!(
            "This is {}, a simulated VM. Your port was opened just in time. Type 'exit' to leave.\r\n{}",
            self.host.name,
            self.prompt()
        );
        session.data(channel, greeting.into_bytes())
    }

    async fn exec_request(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)?;
        let (said, code) = self.run(&String::from_utf8_lossy(data));
        if !said.is_empty() {
            session.data(channel, said.into_bytes())?;
        }
        Self::finish(channel, code, session)
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        let mut out = String::new();
        let ended = data.iter().find_map(|byte| self.typed(*byte, &mut out));
        if !out.is_empty() {
            session.data(channel, out.into_bytes())?;
        }
        match ended {
            Some(code) => Self::finish(channel, code, session),
            None => Ok(()),
        }
    }

    async fn channel_eof(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        Self::finish(channel, 0, session)
    }
}
