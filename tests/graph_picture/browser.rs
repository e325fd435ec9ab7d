//! A browser driven by `WebDriver` over plain HTTP: as much of it as the page needs.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// A headless Chromium with a profile of its own. It ends with its owner.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    profile: tempfile::TempDir,
}

impl Browser {
    /// Starts the browser; `None`, saying so, where there is none.
    pub fn start(width: u32, height: u32) -> Option<Self> {
        let profile = tempfile::tempdir().expect("a temporary folder");
        let driver = Command::new("chromedriver")
            .arg("--port=0")
            .env("TMPDIR", profile.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut driver) = driver else {
            eprintln!("skipped: chromedriver is not installed");
            return None;
        };
        let mut lines = BufReader::new(driver.stdout.take().expect("its output")).lines();
        let said = lines
            .find_map(|line| Some(line.ok()?.split_once("successfully on port ")?.1.trim_end_matches('.').to_owned()));
        let port = said.and_then(|port| port.parse().ok()).expect("chromedriver says its port");
        // Whatever else it says is read, so that it never waits.
        std::thread::spawn(move || lines.for_each(drop));
        let mut browser = Self { driver, port, session: String::new(), profile };
        let arguments = [
            "--headless".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--hide-scrollbars".to_owned(),
            format!("--user-data-dir={}", browser.profile.path().join("profile").display()),
            format!("--window-size={width},{height}"),
        ];
        let options = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": { "args": arguments } } } });
        let answer = browser.send("POST", "/session", &options);
        let Some(session) = answer.pointer("/value/sessionId").and_then(Value::as_str) else {
            eprintln!("skipped: Chromium does not start: {answer}");
            return None;
        };
        browser.session = format!("/session/{session}");
        Some(browser)
    }

    /// Opens a file.
    pub fn open(&self, path: &Path, hash: &str) {
        self.ask("url", &json!({ "url": format!("file://{}{hash}", path.display()) }));
    }

    /// Runs a script and gives what it returns.
    pub fn run(&self, script: &str) -> Value {
        self.ask("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// The text that an element shows.
    pub fn text(&self, css: &str) -> String {
        let element = self.element(css);
        let answer = self.send("GET", &format!("{}/element/{element}/text", self.session), &Value::Null);
        answer["value"].as_str().expect("a text").to_owned()
    }

    /// Clicks in the middle of an element.
    pub fn click(&self, css: &str) {
        self.ask(&format!("element/{}/click", self.element(css)), &json!({}));
    }

    /// Types into an element. `\u{e015}` and its neighbours are the keys that write nothing.
    pub fn keys(&self, css: &str, text: &str) {
        self.ask(&format!("element/{}/value", self.element(css)), &json!({ "text": text }));
    }

    /// Types into whatever has the focus.
    pub fn press(&self, text: &str) {
        let keys: Vec<Value> = text
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|what| json!({ "type": what, "value": key.to_string() })))
            .collect();
        self.ask("actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": keys }] }));
    }

    /// Prefers dark or light pages from now on.
    pub fn prefer(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        let command = json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": features } });
        self.ask("goog/cdp/execute", &command);
    }

    /// Keeps what is shown as an image in the folder of test artefacts.
    pub fn keep(&self, name: &str) {
        let answer = self.send("GET", &format!("{}/screenshot", self.session), &Value::Null);
        let image = STANDARD.decode(answer["value"].as_str().expect("an image")).expect("base64");
        fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), image).expect("can be written");
    }

    fn element(&self, css: &str) -> String {
        let found = self.ask("element", &json!({ "using": "css selector", "value": css }));
        let id = found.as_object().and_then(|found| found.values().next()).and_then(Value::as_str);
        id.unwrap_or_else(|| panic!("no element {css}")).to_owned()
    }

    fn ask(&self, command: &str, body: &Value) -> Value {
        let mut answer = self.send("POST", &format!("{}/{command}", self.session), body);
        assert!(answer["value"]["error"].is_null(), "{command} {body}: {answer}");
        answer["value"].take()
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("chromedriver listens");
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n", self.port);
        write!(stream, "{head}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).expect("can be sent");
        let mut answer = BufReader::new(stream);
        let (mut line, mut length) = (String::new(), 0);
        while answer.read_line(&mut line).expect("an answer") > 2 {
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
            line.clear();
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body).expect("the whole answer");
        serde_json::from_slice(&body).expect("JSON")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() && !std::thread::panicking() {
            self.send("DELETE", &self.session, &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
