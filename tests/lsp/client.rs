//! An editor: it starts the program and speaks the protocol over its standard streams, byte by byte as the specification says.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use serde_json::{Value, json};

use crate::environment::Environment;

/// So long that only a server that hangs is given up.
const PATIENCE: Duration = Duration::from_mins(2);

/// An editor with one server.
pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: mpsc::Receiver<Value>,
    /// Messages that came while another was waited for.
    waiting: VecDeque<Value>,
    root: String,
    last: i32,
    /// The last findings of each file, as they were published.
    pub findings: BTreeMap<String, Value>,
}

/// What editors of today can do.
pub fn modern() -> Value {
    json!({
        "workspace": {
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "rename", "delete"] },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
        },
        "textDocument": { "publishDiagnostics": { "relatedInformation": true } },
    })
}

impl Client {
    /// Starts a server in the work folder and introduces itself; gives what the server says of itself, too.
    pub fn start(environment: &Environment, capabilities: &Value) -> (Self, Value) {
        Self::start_in(environment, capabilities, &[""])
    }

    /// Starts a server in the work folder, with these folders below it open.
    pub fn start_in(environment: &Environment, capabilities: &Value, folders: &[&str]) -> (Self, Value) {
        let mut client = Self::spawn(environment);
        let folders: Vec<Value> = folders.iter().map(|folder| client.folder(folder)).collect();
        let params =
            json!({ "processId": null, "rootUri": null, "workspaceFolders": folders, "capabilities": capabilities });
        let answer = client.ask("initialize", params).expect("the server introduces itself");
        client.tell("initialized", json!({}));
        (client, answer)
    }

    /// Starts a server and says nothing.
    pub fn spawn(environment: &Environment) -> Self {
        let work = environment.work().canonicalize().expect("a folder");
        let mut child = Command::new(env!("CARGO_BIN_EXE_treewright"))
            .arg("lsp")
            .current_dir(&work)
            .env_clear()
            .env("HOME", work.parent().expect("a home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program can be started");
        let (sender, messages) = mpsc::channel();
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let input = child.stdin.take();
        let root = work.to_str().expect("UTF-8").to_owned();
        let (waiting, findings) = (VecDeque::new(), BTreeMap::new());
        Self { child, input, messages, waiting, root, last: 0, findings }
    }

    /// The name of a file in the work folder.
    pub fn uri(&self, path: &str) -> String {
        format!("file://{}/{path}", self.root).trim_end_matches('/').to_owned()
    }

    /// A folder below the work folder, as the protocol names one.
    pub fn folder(&self, path: &str) -> Value {
        json!({ "uri": self.uri(path), "name": path })
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let input = self.input.as_mut().expect("open");
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server listens");
        input.flush().expect("the server listens");
    }

    /// Sends a notification.
    #[expect(clippy::needless_pass_by_value, reason = "every caller writes the parameters on the spot")]
    pub fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request and waits for the answer.
    #[expect(clippy::needless_pass_by_value, reason = "every caller writes the parameters on the spot")]
    pub fn ask(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        self.last += 1;
        let id = self.last;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        let answer = self.wait(|message| message.get("method").is_none() && message["id"] == id);
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["result"].clone()),
        }
    }

    /// Waits for a message, keeping all others.
    pub fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.waiting.iter().position(&wanted) {
            return self.waiting.remove(at).expect("just found");
        }
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect("the server says something");
            if message["method"] == "textDocument/publishDiagnostics" {
                let uri = message["params"]["uri"].as_str().expect("a URI").to_owned();
                self.findings.insert(uri, message["params"].clone());
            }
            if wanted(&message) {
                return message;
            }
            self.waiting.push_back(message);
        }
    }

    /// Opens a file with a text, and gives its findings.
    pub fn open(&mut self, path: &str, text: &str) -> Vec<Value> {
        let uri = self.uri(path);
        let item = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": item }));
        self.findings_of(path, 1)
    }

    /// Changes a part of an open file, or all of it.
    pub fn change(&mut self, path: &str, version: i32, range: Option<Value>, text: &str) {
        let document = json!({ "uri": self.uri(path), "version": version });
        let change = match range {
            Some(range) => json!({ "range": range, "text": text }),
            None => json!({ "text": text }),
        };
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
    }

    /// Waits for the findings of a version of a file.
    pub fn findings_of(&mut self, path: &str, version: i32) -> Vec<Value> {
        let uri = self.uri(path);
        let published = self.wait(|message| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"] == version
        });
        published["params"]["diagnostics"].as_array().expect("a list").clone()
    }

    /// Waits until the last that was said about a file, open or not, is as wanted.
    pub fn until(&mut self, path: &str, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let uri = self.uri(path);
        let list = |params: &Value| params["diagnostics"].as_array().expect("a list").clone();
        if let Some(known) = self.findings.get(&uri).map(list).filter(|known| wanted(known)) {
            return known;
        }
        let message = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && wanted(&list(&message["params"]))
        });
        list(&message["params"])
    }

    /// A question about a place in a file, lines and columns from 0.
    pub fn ask_at(&mut self, method: &str, path: &str, line: u32, character: u32) -> Value {
        let document = json!({ "uri": self.uri(path) });
        let position = json!({ "line": line, "character": character });
        let context = json!({ "includeDeclaration": true });
        let params = json!({ "textDocument": document, "position": position, "context": context });
        self.ask(method, params).expect("an answer")
    }

    /// What can be done in a range of a file.
    pub fn actions(&mut self, path: &str, range: &Value) -> Vec<Value> {
        let document = json!({ "uri": self.uri(path) });
        let params = json!({ "textDocument": document, "range": range, "context": { "diagnostics": [] } });
        self.ask("textDocument/codeAction", params).expect("an answer").as_array().expect("a list").clone()
    }

    /// Where the answers to a question about a place lead: each a file in the work folder with its line and column from 0.
    pub fn places(&self, answer: &Value) -> Vec<String> {
        let root = format!("{}/", self.uri(""));
        let place = |location: &Value| {
            let path = location["uri"].as_str().expect("a URI").strip_prefix(&root).expect("below the root");
            let start = &location["range"]["start"];
            format!("{path}:{}:{}", start["line"], start["character"])
        };
        answer.as_array().expect("a list").iter().map(place).collect()
    }

    /// Closes the server's input, and waits for its exit code.
    pub fn leave(mut self) -> i32 {
        drop(self.input.take());
        self.child.wait().expect("it ends").code().expect("an exit code")
    }

    /// Ends as the protocol says, and gives the exit code.
    pub fn end(mut self) -> i32 {
        assert_eq!(self.ask("shutdown", Value::Null), Ok(Value::Null));
        self.tell("exit", Value::Null);
        self.child.wait().expect("it ends").code().expect("an exit code")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // After a failed assertion nobody else ends it.
        let _ = self.child.kill();
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => {
                let (name, value) = header.split_once(": ").expect("a header");
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.parse().expect("a number");
                }
            }
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("JSON"))
}
