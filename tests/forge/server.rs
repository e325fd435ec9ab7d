//! A server on the loopback address that answers as a test says, and keeps what it was asked.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

/// What was asked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    /// The path and what stands behind it.
    pub target: String,
    /// Names in small letters.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Request {
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    pub fn query(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name)).map(|(_, value)| value)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A status, headers and a text.
    Whole(u16, Vec<(String, String)>, String),
    /// The same, but the connection ends before the text does.
    Truncated(u16, String),
    /// Nothing, until the other side goes.
    Silence,
    /// The end of the connection.
    HangUp,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self::Whole(status, Vec::new(), body.into())
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        if let Self::Whole(_, headers, _) = &mut self {
            headers.push((name.to_owned(), value.into()));
        }
        self
    }
}

pub struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Request>>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves until it is dropped.
    pub fn start(mut answer: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let ends = Arc::new(AtomicBool::new(false));
        let (log, end) = (Arc::clone(&asked), Arc::clone(&ends));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                if let Some(request) = read(&stream) {
                    let reply = answer(&request);
                    log.lock().expect("no test panics with it").push(request);
                    write(&stream, reply);
                }
            }
        });
        Self { address, asked, ends, thread: Some(thread) }
    }

    /// The address, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Request> {
        self.asked.lock().expect("no test panics with it").clone()
    }

    /// What was asked so far: `GET /path`.
    pub fn calls(&self) -> Vec<String> {
        self.asked().iter().map(|request| format!("{} {}", request.method, request.target)).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        // Whoever waits for a connection gets one.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    read_from(&mut BufReader::new(stream))
}

/// Reads one request.
pub fn read_from(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let mut request =
        Request { method: words.next()?.to_owned(), target: words.next()?.to_owned(), ..Request::default() };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        request.headers.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = request.header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    request.body = String::from_utf8(body).ok()?;
    Some(request)
}

fn write(mut stream: &TcpStream, reply: Reply) {
    // The other side may be gone; that is its affair.
    let _ = match reply {
        Reply::Whole(status, headers, body) => stream.write_all(whole(status, &headers, &body).as_bytes()),
        Reply::Truncated(status, body) => {
            let text = whole(status, &[], &body);
            stream.write_all(&text.as_bytes()[..text.len() - body.len().div_ceil(2)])
        }
        Reply::Silence => std::io::copy(&mut stream, &mut std::io::sink()).map(|_| ()),
        Reply::HangUp => Ok(()),
    };
}

/// An answer as it goes over the line.
pub fn whole(status: u16, headers: &[(String, String)], body: &str) -> String {
    let mut text = format!("HTTP/1.1 {status} Status\r\nConnection: close\r\n");
    if status != 204 {
        text.push_str(&format!("Content-Length: {}\r\nContent-Type: application/json\r\n", body.len()));
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text + "\r\n" + body
}
