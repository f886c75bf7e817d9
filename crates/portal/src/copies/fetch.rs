//! Fetches a public page. The addresses are those that whoever runs the server wrote into the settings or on the command line;
//! none comes from a page. Without TLS of our own, as `docs/decisions/0072-copies-behind-tls.md` explains.

use std::io::ErrorKind;
use std::time::Duration;

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

/// What to do about a site that speaks https only.
pub const BEHIND_TLS: &str = "本程序不带 https。请二选一：用浏览器或者 curl 把那一页存成文件，再核对这个文件（yanzheng catalog drift 文件）；\
                              或者在本机网关上把 https 转成 http，再核对网关的地址";

/// Blocks up to the timeout. Follows a redirect within the same site only.
///
/// # Errors
/// In words, why nothing came and what to do.
pub fn get(url: &str) -> Result<Answered, String> {
    get_within(url, PATIENCE)
}

fn get_within(url: &str, patience: Duration) -> Result<Answered, String> {
    let mut at = url.to_owned();
    for _ in 0..=MOST_REDIRECTS {
        match one(&at, patience)? {
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

fn one(url: &str, patience: Duration) -> Result<Went, String> {
    if url.starts_with("https://") {
        return Err(BEHIND_TLS.to_owned());
    }
    if !url.starts_with("http://") {
        return Err("地址要以 http:// 开头：请检查写法".to_owned());
    }
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
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

/// Where a redirect leads, as long as it stays where whoever runs the server sent us.
fn within_site(at: &str, location: &str) -> Result<String, String> {
    let site = site_of(at);
    if location.starts_with('/') && !location.starts_with("//") {
        return Ok(format!("{site}{location}"));
    }
    if location.starts_with("https://") {
        return Err(format!("那里转到了 {location}。{BEHIND_TLS}"));
    }
    if location.starts_with("http://") && site_of(location) == site {
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

    fn refused(url: &str) -> String {
        get_within(url, Duration::from_secs(2)).err().expect("nothing comes")
    }

    #[test]
    fn each_way_of_not_answering_has_its_words() {
        let moved = |to: &str| format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        assert!(refused(&site(moved("/again").into())).contains("转来转去"));
        assert!(refused(&site(moved("https://a.example/").into())).contains("不带 https"));
        assert!(refused(&site(moved("http://a.example/").into())).contains("转到了别的地址"));
        assert!(refused(&site(moved("//a.example/").into())).contains("转到了别的地址"));
        assert!(refused(&site(Vec::new())).contains("没有等到"));
        assert!(refused("https://a.example/").contains("存成文件"));
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
    }
}
