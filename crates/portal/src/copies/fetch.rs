//! Fetches a public page. The addresses are those that whoever runs the server wrote into the settings or on the command line;
//! none comes from a page. Without TLS of our own, as `docs/decisions/0024-the-road-to-the-seal-service.md` explains.

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
const MOST_REDIRECTS: u32 = 3;

/// Blocks up to the timeout.
///
/// # Errors
/// In words, why nothing came.
pub fn get(url: &str) -> Result<Answered, String> {
    if !url.starts_with("http://") {
        return Err("只能核对 http:// 开头的地址；https 的，请用本机的网关转发成 http 再核对".to_owned());
    }
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(MOST_REDIRECTS)
        .proxy(None)
        .build();
    let agent: ureq::Agent = config.into();
    let mut answer = agent
        .get(url)
        .header("accept", "text/html, application/json;q=0.9")
        .call()
        .map_err(|fault| format!("没有连上（{fault}）：请检查地址和网络"))?;
    let status = answer.status().as_u16();
    let read = answer.body_mut().with_config().limit(MOST_BYTES).read_to_string();
    let body = read.map_err(|fault| format!("内容没有读完（{fault}）：请检查那里的网站"))?;
    Ok(Answered { status, body })
}
