//! Fetches a public page. The addresses are those that whoever runs the server wrote into the settings or on the command line;
//! none comes from a page. How https is spoken, and whom we believe, is told in `docs/decisions/0072-copies-behind-tls.md`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{PemItem, RootCerts, TlsConfig, TlsProvider};

/// What a place answered.
pub struct Answered {
    pub status: u16,
    pub body: String,
}

impl Answered {
    pub fn is_good(&self) -> bool {
        self.status == 200
    }
}

const PATIENCE: Duration = Duration::from_secs(10);
/// A list of all guides of a province is smaller.
const MOST_BYTES: u64 = 16 << 20;
const MOST_REDIRECTS: usize = 3;

/// The roots that Debian keeps; another file is named in `SSL_CERT_FILE`, as for other programs.
const ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

/// What to do about a site whose certificate or cipher we can't accept.
const SAVED: &str = "请用浏览器或者 curl 把那一页存成文件，再核对这个文件（yanzheng catalog drift 文件）";

/// Blocks up to the timeout. Follows a redirect within the same site only.
///
/// # Errors
/// In words, why nothing came and what to do.
pub fn get(url: &str) -> Result<Answered, String> {
    let roots = std::env::var_os("SSL_CERT_FILE").map_or_else(|| PathBuf::from(ROOTS), PathBuf::from);
    get_within(url, PATIENCE, &roots)
}

fn get_within(url: &str, patience: Duration, roots: &Path) -> Result<Answered, String> {
    let mut at = url.to_owned();
    for _ in 0..=MOST_REDIRECTS {
        match one(&at, patience, roots)? {
            Went::There(answered) => return Ok(answered),
            Went::On(location) => at = within_site(&at, &location)?,
        }
    }
    Err(format!("转来转去超过 {MOST_REDIRECTS} 次，没有到达：请那里的网站检查跳转的设置"))
}

enum Went {
    There(Answered),
    /// To another address, by its `location`.
    On(String),
}

fn one(url: &str, patience: Duration, roots: &Path) -> Result<Went, String> {
    let tls = match (url.starts_with("https://"), url.starts_with("http://")) {
        (true, _) => trusting(roots)?,
        (_, true) => TlsConfig::default(),
        _ => return Err("地址要以 http:// 或者 https:// 开头：请检查写法".to_owned()),
    };
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .tls_config(tls)
        .build();
    let agent: ureq::Agent = config.into();
    let asked = agent.get(url).header("accept", "text/html, application/json;q=0.9").call();
    let mut answer = asked.map_err(|fault| why(&fault))?;
    let status = answer.status().as_u16();
    if let (300..400, Some(location)) = (status, answer.headers().get("location")) {
        return Ok(Went::On(location.to_str().unwrap_or_default().to_owned()));
    }
    let read = answer.body_mut().with_config().limit(MOST_BYTES).read_to_string();
    let body = read.map_err(|fault| why(&fault))?;
    Ok(Went::There(Answered { status, body }))
}

/// Believes the roots of a file, and no others.
fn trusting(roots: &Path) -> Result<TlsConfig, String> {
    let missing = || {
        format!(
            "这台机器上没有根证书（{}）：请安装 ca-certificates，或者用环境变量 SSL_CERT_FILE 指明文件。也可以不连网：{SAVED}",
            roots.display()
        )
    };
    let pem = std::fs::read(roots).map_err(|_| missing())?;
    let held = ureq::tls::parse_pem(&pem).filter_map(Result::ok).filter_map(|item| match item {
        PemItem::Certificate(held) => Some(held),
        _ => None,
    });
    let held: Vec<_> = held.collect();
    if held.is_empty() {
        return Err(missing());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(provider)
        .root_certs(RootCerts::new_with_certs(&held))
        .build())
}

/// Where a redirect leads, as long as it stays where whoever runs the server sent us.
fn within_site(at: &str, location: &str) -> Result<String, String> {
    let site = site_of(at);
    if location.starts_with('/') && !location.starts_with("//") {
        return Ok(format!("{site}{location}"));
    }
    // From http to https of the same host is no other site.
    let host = |url: &str| url.split_once("://").map(|(_, host)| host.to_owned());
    let safer = location.starts_with("https://") && host(site_of(location)) == host(site);
    if safer || (location.starts_with("http") && site_of(location) == site) {
        return Ok(location.to_owned());
    }
    Err(format!("那里转到了别的地址“{location}”：请看过以后直接核对那个地址"))
}

/// `http://host:port`
fn site_of(url: &str) -> &str {
    let from = url.find("://").map_or(0, |at| at + 3);
    let end = url[from..].find(['/', '?', '#']).map_or(url.len(), |at| from + at);
    &url[..end]
}

fn why(fault: &ureq::Error) -> String {
    if let Some(says) = why_not_safe(fault) {
        return says;
    }
    match fault {
        ureq::Error::Timeout(_) => {
            format!("等了 {} 秒没有等到完整的回答：请检查那里的网站和网络，稍后再核对", PATIENCE.as_secs())
        }
        ureq::Error::BodyExceedsLimit(_) => {
            format!("回答超过 {} MB，没有读完：这不像一份指南，请检查地址", MOST_BYTES >> 20)
        }
        ureq::Error::HostNotFound => "没有这个网站：请检查地址里的域名".to_owned(),
        ureq::Error::Io(fault) if fault.kind() == ErrorKind::InvalidData => {
            "内容不是 UTF-8 文字：请检查地址是不是一份指南".to_owned()
        }
        ureq::Error::Io(fault) if fault.kind() == ErrorKind::ConnectionRefused => {
            "那里没有网站在运行：请检查地址和端口".to_owned()
        }
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => "地址写得不对：请检查写法".to_owned(),
        other => format!("没有连上（{other}）：请检查地址和网络"),
    }
}

/// What was wrong with the certificate or the cipher of a site, if that was it.
fn why_not_safe(fault: &ureq::Error) -> Option<String> {
    let told = match fault {
        ureq::Error::Rustls(fault) => fault,
        ureq::Error::Io(fault) => fault.get_ref()?.downcast_ref::<rustls::Error>()?,
        _ => return None,
    };
    let what = match told {
        rustls::Error::InvalidCertificate(
            rustls::CertificateError::Expired | rustls::CertificateError::ExpiredContext { .. },
        ) => "那里的证书已经过期",
        rustls::Error::InvalidCertificate(
            rustls::CertificateError::NotValidForName
            | rustls::CertificateError::NotValidForNameContext { .. },
        ) => "那里的证书不是发给这个域名的",
        rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer) => {
            "那里的证书不是这台机器信任的机构发的"
        }
        rustls::Error::InvalidCertificate(_) => "那里的证书核对不过",
        _ => "那里的加密方式对不上（可能只用国密）",
    };
    Some(format!("{what}，没有读它的内容：请找那里的管理员。{SAVED}"))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    /// A server that gives `answer` to everybody and then waits with the connection open.
    fn site(answer: Vec<u8>) -> String {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let answer = answer.clone();
                std::thread::spawn(move || {
                    let _ = stream.read(&mut [0; 4096]);
                    let _ = stream.write_all(&answer);
                    let _ = stream.read(&mut [0; 4096]);
                });
            }
        });
        format!("http://{address}")
    }

    const PEM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tls");

    /// The same over TLS, with a certificate for `localhost` under the root beside it.
    fn safe_site(answer: Vec<u8>) -> u16 {
        use rustls::pki_types::pem::PemObject as _;
        use rustls::pki_types::{CertificateDer, PrivateKeyDer};
        let chain = vec![CertificateDer::from_pem_file(format!("{PEM}/site.pem")).expect("a certificate")];
        let key = PrivateKeyDer::from_pem_file(format!("{PEM}/key.pem")).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a key that fits");
        let config = Arc::new(config);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut talk = rustls::ServerConnection::new(config.clone()).expect("a connection");
                let mut safe = rustls::Stream::new(&mut talk, &mut stream);
                let _ = safe.read(&mut [0; 4096]);
                let _ = safe.write_all(&answer);
                talk.send_close_notify();
                let _ = talk.complete_io(&mut stream);
            }
        });
        port
    }

    fn refused(url: &str) -> String {
        get_within(url, Duration::from_secs(2), Path::new("/nowhere")).err().expect("nothing comes")
    }

    #[test]
    fn a_page_over_tls_is_read_when_its_certificate_is_sound() {
        let port = safe_site(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_vec());
        let roots = PathBuf::from(format!("{PEM}/root.pem"));
        let patience = Duration::from_secs(5);
        let answered =
            get_within(&format!("https://localhost:{port}/"), patience, &roots).expect("an answer");
        assert_eq!((answered.status, answered.body.as_str()), (200, "ok"));
        let other = get_within(&format!("https://127.0.0.2:{port}/"), patience, &roots).err();
        assert!(other.is_some(), "another host is another site");
        let strangers = PathBuf::from(format!("{PEM}/site.pem"));
        let told =
            get_within(&format!("https://localhost:{port}/"), patience, &strangers).err().expect("refused");
        assert!(told.contains("不是这台机器信任的") && told.contains("存成文件"), "{told}");
        let told = refused(&format!("https://localhost:{port}/"));
        assert!(told.contains("SSL_CERT_FILE"), "{told}");
    }

    #[test]
    fn each_way_of_not_answering_has_its_words() {
        let moved = |to: &str| format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        assert!(refused(&site(moved("/again").into())).contains("转来转去"));
        assert!(refused(&site(moved("https://a.example/").into())).contains("转到了别的地址"));
        assert!(refused(&site(moved("http://a.example/").into())).contains("转到了别的地址"));
        assert!(refused(&site(moved("//a.example/").into())).contains("转到了别的地址"));
        assert!(refused(&site(Vec::new())).contains("没有等到"));
        assert!(refused("https://a.example/").contains("存成文件"), "no roots here");
        assert!(refused("ftp://a.example/").contains("http://"));
        assert!(refused("http://127.0.0.1:9/").contains("没有网站在运行"));
    }

    #[test]
    fn an_endless_answer_is_cut_off_and_bytes_are_no_guide() {
        let mut huge = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_vec();
        huge.resize(huge.len() + (17 << 20), b'x');
        assert!(refused(&site(huge)).contains("超过 16 MB"));
        let mut bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n".to_vec();
        bytes.extend([0xff, 0xfe, 0x00, 0x80]);
        assert!(refused(&site(bytes)).contains("UTF-8"));
    }

    #[test]
    fn a_redirect_within_the_site_is_followed() {
        assert_eq!(within_site("http://a:1/x", "/y"), Ok("http://a:1/y".to_owned()));
        assert_eq!(within_site("http://a:1", "http://a:1/y"), Ok("http://a:1/y".to_owned()));
        assert!(within_site("http://a:1/x", "http://a:12/y").is_err());
        assert_eq!(within_site("http://a/x", "https://a/y"), Ok("https://a/y".to_owned()));
        assert!(within_site("https://a/x", "http://a/y").is_err(), "never back to an open road");
    }
}
