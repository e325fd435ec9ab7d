//! TLS: only a certificate that an authority vouches for is accepted, one's own among them.

use std::{
    io::{BufReader, Write},
    net::TcpListener,
    process::{Command, Stdio},
    sync::Arc,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use treewright::forge::{Access, Client, Connection, ForgeError, Kind, Outcome, publish};

use super::{Still, access, forges::TOKEN, saying, server, target};

/// A certificate for the loopback address that vouches for itself, and its key. `None` where there is no openssl.
fn certificate(folder: &std::path::Path) -> Option<(Vec<u8>, Vec<u8>)> {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=loopback", "-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    made.success().then(|| Some((std::fs::read(certificate).ok()?, std::fs::read(key).ok()?))).flatten()
}

/// Answers the requests that make a comment, over TLS, on as many connections.
fn serve(certificate: &[u8], key: &[u8], connections: usize) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let chain = vec![CertificateDer::from_pem_slice(certificate).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_slice(key).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a certificate and its key");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    let thread = std::thread::spawn(move || {
        let mut seen = Vec::new();
        for stream in listener.incoming().take(connections) {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
            let mut stream = StreamOwned::new(connection, stream.expect("a stream"));
            let Some(request) = server::read_from(&mut BufReader::new(&mut stream)) else { continue };
            seen.push(format!("{} {}", request.method, request.header("private-token")));
            let answer = if request.method == "GET" {
                server::whole(200, &[], "[]")
            } else {
                server::whole(201, &[], r#"{"id": 1, "body": ""}"#)
            };
            let _ = stream.write_all(answer.as_bytes()).and_then(|()| stream.flush());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
        seen
    });
    (url, thread)
}

fn say(url: &str, authorities: Option<Vec<u8>>) -> Result<Outcome, ForgeError> {
    let connection = Connection { authorities, ..Connection::default() };
    let target = target(Kind::GitLab, &format!("{url}/api/v4"));
    let clock = Still::default();
    let client = Client::new(&target, &Access { connection, ..access(TOKEN) }, &clock)?;
    let done = publish(&target, &client, saying("one"));
    assert_eq!(clock.waited(), [0u128; 0]);
    done
}

#[test]
fn the_certificate_is_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some((certificate, key)) = certificate(folder.path()) else {
        println!("skipped: there is no openssl to make a certificate");
        return;
    };
    // Nobody vouches for it: nothing is sent.
    let (url, thread) = serve(&certificate, &key, 1);
    let error = say(&url, None).expect_err("an error");
    assert!(error.message.contains("its certificate is not accepted"), "{error:?}");
    assert!(error.hint.is_some_and(|hint| hint.contains("--ca-file")));
    assert_eq!(thread.join().expect("it ends"), Vec::<String>::new());
    // Its owner does.
    let (url, thread) = serve(&certificate, &key, 2);
    assert!(matches!(say(&url, Some(certificate.clone())), Ok(Outcome::Created(_))));
    assert_eq!(thread.join().expect("it ends"), [format!("GET {TOKEN}"), format!("POST {TOKEN}")]);
    // A file with something else in it says so.
    for wrong in [b"hello".to_vec(), Vec::new(), key] {
        let error = say("https://127.0.0.1:9", Some(wrong)).expect_err("an error");
        assert!(error.message.contains("no certificate that can be read"), "{error:?}");
    }
}
