//! Against a real Gitea on the loopback address, where there is one: `gitea` on the PATH, or in the variable `TREEWRIGHT_GITEA`. A program without its templates inside needs
//! `TREEWRIGHT_GITEA_STATIC`, the folder that has them.

use std::{
    fs::File,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use base64::Engine as _;
use serde_json::{Value as Json, json};

use super::recipes::run_workflow_for_gitea;
use crate::environment::{Environment, Run, path_with_treewright, program};

/// A Gitea with a user, a repository, and a pull request with the number 1.
struct Gitea {
    program: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
    process: Option<Child>,
}

impl Drop for Gitea {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

impl Gitea {
    fn start(program: PathBuf) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
        let mut gitea = Self { program, folder, port, process: None };
        gitea.configure();
        gitea.command(&["migrate"]);
        let log = File::create(gitea.folder.path().join("web.log")).expect("a file");
        gitea.process =
            Some(gitea.started(&["web"]).stdout(log).stderr(Stdio::null()).spawn().expect("it can be started"));
        // As long as it takes, within reason.
        let is_up = (0..600).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            gitea.try_call("GET", "/api/v1/version", "", &Json::Null).is_some_and(|(status, _)| status == 200)
        });
        let log = || std::fs::read_to_string(gitea.folder.path().join("web.log")).unwrap_or_default();
        assert!(is_up, "Gitea does not come up: {}", log());
        gitea
    }

    fn configure(&self) {
        let (folder, port) = (self.folder.path().display().to_string(), self.port);
        let user = std::env::var("USER").unwrap_or_else(|_| "root".to_owned());
        let templates = std::env::var("TREEWRIGHT_GITEA_STATIC")
            .map(|path| format!("STATIC_ROOT_PATH = {path}\n"))
            .unwrap_or_default();
        let text = format!(
            "RUN_MODE = prod\nRUN_USER = {user}\nI_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true\nWORK_PATH = {folder}\n\
             [server]\nHTTP_ADDR = 127.0.0.1\nHTTP_PORT = {port}\nROOT_URL = http://127.0.0.1:{port}/\nDISABLE_SSH = true\nOFFLINE_MODE = true\n{templates}\
             [database]\nDB_TYPE = sqlite3\nPATH = {folder}/gitea.db\n\
             [repository]\nROOT = {folder}/repositories\n\
             [security]\nINSTALL_LOCK = true\nSECRET_KEY = loopback\nPASSWORD_HASH_ALGO = pbkdf2\n\
             [service]\nDISABLE_REGISTRATION = true\n[indexer]\nISSUE_INDEXER_TYPE = db\n[cron]\nENABLED = false\n[log]\nLEVEL = Warn\n"
        );
        std::fs::write(self.folder.path().join("app.ini"), text).expect("can be written");
    }

    fn started(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(self.folder.path().join("app.ini")).arg("--work-path").arg(self.folder.path());
        command.args(arguments).current_dir(self.folder.path()).env("HOME", self.folder.path()).stdin(Stdio::null());
        command
    }

    fn command(&self, arguments: &[&str]) -> String {
        let output = self.started(arguments).output().expect("it can be started");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout).trim().to_owned()
    }

    /// Makes an account, and gives a token of it.
    fn account(&self, name: &str, scopes: &str) -> String {
        let mail = format!("{name}@example.org");
        self.command(&[
            "admin",
            "user",
            "create",
            "--username",
            name,
            "--password",
            "correct-horse-7",
            "--email",
            &mail,
            "--must-change-password=false",
        ]);
        self.token(name, "all", scopes)
    }

    fn token(&self, account: &str, name: &str, scopes: &str) -> String {
        let arguments = [
            "admin",
            "user",
            "generate-access-token",
            "--username",
            account,
            "--token-name",
            name,
            "--scopes",
            scopes,
            "--raw",
        ];
        self.command(&arguments).lines().last().unwrap_or_default().to_owned()
    }

    fn try_call(&self, method: &str, path: &str, token: &str, body: &Json) -> Option<(u16, Json)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let authorization = if token.is_empty() { String::new() } else { format!("Authorization: token {token}\r\n") };
        // The old version, so that the answer ends with the connection.
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1:{}\r\n{authorization}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split_whitespace().nth(1)?.parse().ok()?;
        Some((status, serde_json::from_str(body).unwrap_or_default()))
    }

    fn call(&self, method: &str, path: &str, token: &str, body: &Json) -> Json {
        let (status, answer) = self.try_call(method, path, token, body).expect("an answer");
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        answer
    }

    fn pull_request(&self, token: &str) {
        let content = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        self.call(
            "POST",
            "/api/v1/user/repos",
            token,
            &json!({"name": "clusters", "auto_init": true, "default_branch": "main"}),
        );
        let file = json!({"content": content("resources: []\n"), "message": "Change", "branch": "main", "new_branch": "change"});
        self.call("POST", "/api/v1/repos/tess/clusters/contents/kustomization.yaml", token, &file);
        let pull = self.call(
            "POST",
            "/api/v1/repos/tess/clusters/pulls",
            token,
            &json!({"head": "change", "base": "main", "title": "Change"}),
        );
        assert_eq!(pull["number"], 1, "{pull}");
    }

    /// The comments on the pull request: who, and what.
    fn comments(&self, token: &str) -> Vec<(String, String)> {
        let all = self.call("GET", "/api/v1/repos/tess/clusters/issues/1/comments", token, &Json::Null);
        let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
        all.as_array().into_iter().flatten().map(|one| (text(&one["user"]["login"]), text(&one["body"]))).collect()
    }

    fn write(&self, token: &str, body: &str) {
        self.call("POST", "/api/v1/repos/tess/clusters/issues/1/comments", token, &json!({ "body": body }));
    }
}

#[test]
fn comments_on_a_real_gitea() {
    let Some(program) = program("TREEWRIGHT_GITEA", "gitea") else {
        println!("skipped: there is no gitea on the PATH, and none in TREEWRIGHT_GITEA");
        return;
    };
    let gitea = Gitea::start(program);
    let token = gitea.account("tess", "write:issue,read:user");
    let mallory = gitea.account("mallory", "write:issue,read:user");
    // Only who makes the repository may do more than a job that comments.
    let owner = gitea.token("tess", "owner", "write:repository,write:user");
    gitea.pull_request(&owner);
    let environment = super::command::repository();
    let url = format!("http://127.0.0.1:{}", gitea.port);
    let comment = |token: &str, arguments: &[&str]| -> Run {
        let address = ["comment", "--forge", "gitea", "--url", &url, "--project", "tess/clusters", "--number", "1"];
        let run = environment.treewright_with(&[("TREEWRIGHT_TOKEN", token)], &[&address, arguments].concat());
        assert!(!format!("{run:?}").contains(token), "{run:?}");
        run
    };
    lifecycle(&gitea, &token, &mallory, &comment);
    refusals(&gitea, &token, &environment, &comment);
    // Nobody else may read it now.
    gitea.call("PATCH", "/api/v1/repos/tess/clusters", &owner, &json!({ "private": true }));
    workflow(&gitea);
}

/// The steps of the workflow that the page shows, as a runner runs them: they fetch from this Gitea, and comment on it.
fn workflow(gitea: &Gitea) {
    let folder = Environment::new();
    folder.write("../event.json", r#"{"action": "opened", "pull_request": {"number": 1}}"#);
    let server = format!("http://127.0.0.1:{}", gitea.port);
    let variables = [
        ("PATH", path_with_treewright()),
        ("GITEA_ACTIONS", "true".to_owned()),
        ("GITHUB_API_URL", format!("{server}/api/v1")),
        ("GITHUB_SERVER_URL", server),
        ("GITHUB_REPOSITORY", "tess/clusters".to_owned()),
        ("GITHUB_JOB", "workflow".to_owned()),
        ("GITHUB_EVENT_PATH", folder.work().join("../event.json").display().to_string()),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value));
    let token = gitea.token("tess", "job", "read:repository,write:issue,read:user");
    run_workflow_for_gitea(&folder, &variables, "1", &token);
    let ours =
        gitea.comments(&token).into_iter().rev().find(|(_, body)| body.starts_with("<!-- treewright:workflow -->"));
    assert!(
        ours.is_some_and(|(who, body)| who == "tess" && body.contains("→ `HEAD`")),
        "{:?}",
        gitea.comments(&token).last()
    );
}

fn lifecycle(gitea: &Gitea, token: &str, mallory: &str, comment: &dyn Fn(&str, &[&str]) -> Run) {
    // Others try to be us.
    gitea.write(mallory, "<!-- treewright:diff -->\nAll is well");
    let made = comment(token, &["HEAD^1", "HEAD"]);
    assert!(made.code == 0 && made.stderr.starts_with("made the comment `diff` (http://127.0.0.1:"), "{made:?}");
    let again = comment(token, &["HEAD^1", "HEAD"]);
    assert!(again.stderr.starts_with("left, as it says the same already,"), "{again:?}");
    let ours = |at: usize| gitea.comments(token).get(at).cloned().unwrap_or_default();
    assert_eq!(ours(0), ("mallory".to_owned(), "<!-- treewright:diff -->\nAll is well".to_owned()));
    assert_eq!(ours(1).0, "tess");
    assert!(
        ours(1).1.starts_with("<!-- treewright:diff -->\n### treewright: 1 object changes in no cluster\n"),
        "{:?}",
        ours(1)
    );
    for number in 0..120 {
        gitea.write(token, &format!("Comment {number}"));
    }
    let changed = comment(token, &["HEAD", "HEAD"]);
    assert!(changed.stderr.starts_with("changed the comment `diff`"), "{changed:?}");
    assert!(ours(1).1.contains("### treewright: no object changes"), "{:?}", ours(1));
    assert_eq!(gitea.comments(token).len(), 122);
    // One that comes last is found, too.
    let second = comment(token, &["HEAD^1", "HEAD", "--name", "second"]);
    assert!(second.stderr.starts_with("made"), "{second:?}");
    let second = comment(token, &["HEAD", "HEAD", "--name", "second"]);
    assert!(second.stderr.starts_with("changed"), "{second:?}");
    assert_eq!(gitea.comments(token).len(), 123);
    let deleted = comment(token, &["HEAD", "HEAD", "--when-empty", "delete", "--name", "second"]);
    assert!(deleted.stderr.starts_with("deleted the comment `second`"), "{deleted:?}");
    assert_eq!(gitea.comments(token).len(), 122);
}

fn refusals(gitea: &Gitea, token: &str, environment: &Environment, comment: &dyn Fn(&str, &[&str]) -> Run) {
    let before = gitea.comments(token);
    let bad = comment("0123456789abcdef0123456789abcdef01234567", &["HEAD^1", "HEAD"]);
    assert!(bad.code == 2 && bad.stderr.contains("does not accept the token"), "{bad:?}");
    let reader = gitea.token("tess", "reader", "read:repository,read:issue,read:user");
    let forbidden = comment(&reader, &["HEAD^1", "HEAD"]);
    assert!(
        forbidden.code == 2 && forbidden.stderr.contains("(403)\nhint: it needs the scopes `write:issue`"),
        "{forbidden:?}"
    );
    // One that may not ask who it is does with the mark alone.
    let nameless = gitea.token("tess", "nameless", "write:issue,read:repository");
    let dry = comment(&nameless, &["HEAD^1", "HEAD", "--dry-run", "--name", "nobody"]);
    assert!(dry.code == 0 && dry.stderr.starts_with("would make the comment `nobody`"), "{dry:?}");
    let missing = environment.treewright_with(
        &[("TREEWRIGHT_TOKEN", token)],
        &[
            "comment",
            "HEAD^1",
            "--forge",
            "forgejo",
            "--url",
            &format!("http://127.0.0.1:{}", gitea.port),
            "--project",
            "tess/clusters",
            "--number",
            "77",
        ],
    );
    assert!(missing.code == 2 && missing.stderr.contains("(404)"), "{missing:?}");
    assert_eq!(gitea.comments(token), before);
}
