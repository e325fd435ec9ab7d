//! Signing commits by the program that Git is configured to sign with.
//!
//! Must not know keys; the programs do.

use std::{io::Write, path::PathBuf, process::Command};

use git2::Config;

use super::{
    Environment, GitError, GitErrorKind, program,
    repository::{config, setting},
};

/// Signs the text of a commit if `commit.gpgsign` asks for it. `committer` is `Name <address>`, which selects the key where none is configured.
pub(super) fn sign(
    handle: &git2::Repository,
    environment: &Environment,
    content: &str,
    committer: &str,
) -> Result<Option<String>, GitError> {
    let config = config(handle, environment)?;
    if !setting(config.get_bool("commit.gpgsign"))?.unwrap_or(false) {
        return Ok(None);
    }
    let signer = Signer { config, environment };
    let format = setting(signer.config.get_string("gpg.format"))?.unwrap_or_else(|| "openpgp".to_owned());
    let signature = match format.as_str() {
        "openpgp" => signer.gpg(&signer.program("openpgp", "gpg")?, content, committer),
        "x509" => signer.gpg(&signer.program("x509", "gpgsm")?, content, committer),
        "ssh" => signer.ssh(content),
        other => Err(GitError::new(GitErrorKind::BadConfig, format!("gpg.format is `{other}`"))
            .with_hint("Git knows openpgp, x509 and ssh")),
    }?;
    Ok(Some(signature.replace("\r\n", "\n")))
}

struct Signer<'a> {
    config: Config,
    environment: &'a Environment,
}

impl Signer<'_> {
    /// The configured program of a format. `gpg.program` is the older spelling for `openpgp`.
    fn program(&self, format: &str, default: &str) -> Result<PathBuf, GitError> {
        if let Some(path) = setting(self.config.get_path(&format!("gpg.{format}.program")))? {
            return Ok(path);
        }
        let old = if format == "openpgp" { setting(self.config.get_path("gpg.program"))? } else { None };
        Ok(old.unwrap_or_else(|| PathBuf::from(default)))
    }

    fn gpg(&self, program: &PathBuf, content: &str, committer: &str) -> Result<String, GitError> {
        let key = setting(self.config.get_string("user.signingkey"))?.unwrap_or_else(|| committer.to_owned());
        let mut command = self.environment.command(program);
        command.args(["--status-fd=2", "-bsau"]).arg(key);
        let output = run(&mut command, content.as_bytes())?;
        let created = String::from_utf8_lossy(&output.stderr).lines().any(|line| line.starts_with(CREATED));
        let signature = String::from_utf8_lossy(&output.stdout).into_owned();
        if created && !signature.is_empty() {
            return Ok(signature);
        }
        Err(failed(&command, "it made no signature"))
    }

    fn ssh(&self, content: &str) -> Result<String, GitError> {
        let temporary = |error: std::io::Error| GitError::io("write a temporary file for signing", &error);
        let directory = tempfile::Builder::new().prefix("treewright-sign-").tempdir().map_err(temporary)?;
        let write = |name: &str, content: &str| -> Result<PathBuf, GitError> {
            let path = directory.path().join(name);
            let mut file = std::fs::File::create_new(&path).map_err(temporary)?;
            file.write_all(content.as_bytes()).map_err(temporary)?;
            Ok(path)
        };
        let mut command = self.environment.command(self.program("ssh", "ssh-keygen")?);
        command.args(["-Y", "sign", "-n", "git", "-f"]);
        match self.ssh_key()? {
            SshKey::File(path) => command.arg(path),
            // A public key in words: the private half is with the agent.
            SshKey::Literal(key) => command.arg(write("key.pub", &format!("{key}\n"))?).arg("-U"),
        };
        command.arg(write("commit", content)?);
        run(&mut command, &[])?;
        #[expect(clippy::disallowed_methods, reason = "the signature lies in a temporary file of this function")]
        let signature = std::fs::read_to_string(directory.path().join("commit.sig"));
        signature.map_err(|error| failed(&command, &format!("it wrote no signature: {error}")))
    }

    fn ssh_key(&self) -> Result<SshKey, GitError> {
        if let Some(key) = setting(self.config.get_string("user.signingkey"))? {
            if let Some(key) = key.strip_prefix("key::") {
                return Ok(SshKey::Literal(key.to_owned()));
            }
            if key.starts_with("ssh-") {
                return Ok(SshKey::Literal(key));
            }
            return Ok(SshKey::File(self.config.get_path("user.signingkey")?));
        }
        let Some(line) = setting(self.config.get_string("gpg.ssh.defaultKeyCommand"))? else {
            return Err(GitError::new(
                GitErrorKind::SigningFailed,
                "commits are to be signed with SSH and no key is named",
            )
            .with_hint("run: git config user.signingkey ~/.ssh/id_ed25519.pub"));
        };
        let mut command = self.environment.command("sh");
        let output = run(command.arg("-c").arg(&line), &[])?;
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        let first = words.lines().next().unwrap_or_default();
        Ok(SshKey::Literal(first.strip_prefix("key::").unwrap_or(first).to_owned()))
    }
}

enum SshKey {
    File(PathBuf),
    Literal(String),
}

/// What the program reports on its status channel when a signature was made.
const CREATED: &str = "[GNUPG:] SIG_CREATED ";

/// Runs a signer; an exit code other than 0 is an error that passes its words on.
fn run(command: &mut Command, input: &[u8]) -> Result<std::process::Output, GitError> {
    let output = program::run(command, input).map_err(|error| failed(command, &error.to_string()))?;
    if output.status.success() {
        return Ok(output);
    }
    Err(failed(command, &format!("{}\n{}", output.status, program::words(&output))))
}

fn failed(command: &Command, why: &str) -> GitError {
    let program = command.get_program().to_string_lossy();
    GitError::new(GitErrorKind::SigningFailed, format!("`{program}` could not sign the commit: {}", why.trim_end()))
        .with_hint("nothing was committed; check user.signingkey, gpg.format and gpg.program, or unset commit.gpgsign")
}
