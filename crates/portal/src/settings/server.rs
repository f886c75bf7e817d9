//! How the server listens and ends.

use serde::{Deserialize, Serialize};

use super::{Secret, SettingsFault};

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port. Only the loopback by default: TLS belongs to the gateway in front.
    pub listen: String,
    /// What people type, without a closing slash; goes into QR codes and letters. `https://…` turns on Secure cookies.
    /// Empty: `http://` and the listen address.
    pub base_url: String,
    /// Demo town: codes are shown on the page and accounts are listed. Refused on a database without the demo mark.
    pub demo: bool,
    /// Believe `X-Forwarded-For`. Only behind a gateway that sets it itself; otherwise anyone can pretend an address.
    pub trust_proxy: bool,
    /// 64 hexadecimal digits, the root of all keyed digests. Empty: made once and kept in the data folder.
    /// Servers that share a database must share it.
    pub secret: Option<Secret>,
    /// After SIGTERM: how long running requests may take to end. Too small cuts off uploads.
    pub drain_seconds: u64,
}

impl Default for Server {
    fn default() -> Server {
        Server {
            listen: "127.0.0.1:8080".into(),
            base_url: String::new(),
            demo: false,
            trust_proxy: false,
            secret: None,
            drain_seconds: 10,
        }
    }
}

impl Server {
    pub(super) fn check(&self) -> Result<(), SettingsFault> {
        if self.listen.parse::<std::net::SocketAddr>().is_err() {
            let why = format!("“{}”不是“地址:端口”，例如 127.0.0.1:8080", self.listen);
            return Err(SettingsFault::value("server.listen", why));
        }
        let address = self.base_url.as_str();
        if !address.is_empty() && !address.starts_with("http://") && !address.starts_with("https://") {
            return Err(SettingsFault::value("server.base_url", "应以 http:// 或 https:// 开头"));
        }
        if let Some(secret) = &self.secret
            && !is_key(secret.reveal())
        {
            return Err(SettingsFault::value("server.secret", "应为 64 个十六进制数字（32 字节）"));
        }
        Ok(())
    }

    /// The address people use, never with a closing slash.
    pub fn address(&self) -> String {
        match self.base_url.trim_end_matches('/') {
            "" => format!("http://{}", self.listen),
            given => given.to_owned(),
        }
    }
}

fn is_key(text: &str) -> bool {
    text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit())
}
