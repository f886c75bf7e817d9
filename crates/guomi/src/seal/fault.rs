//! What can be wrong with a seal before anything is verified, and what keeps one from being made or used.

use crate::SignFault;
use crate::words::local;
use crate::x509::CertFault;
use jiff::Timestamp;
use thiserror::Error;

/// The structure a seal follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// GM/T 0031—2014.
    V1,
    /// GB/T 38540—2020.
    V4,
    /// GM/T 0031—2025.
    V5,
    Other(i64),
}

impl std::fmt::Display for Edition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Edition::V1 => f.write_str("第1版（GM/T 0031—2014）"),
            Edition::V4 => f.write_str("第4版（GB/T 38540—2020）"),
            Edition::V5 => f.write_str("第5版（GM/T 0031—2025）"),
            Edition::Other(number) => write!(f, "第{number}版"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SealFault {
    #[error("签章数据的“{what}”格式不正确")]
    Malformed { what: &'static str },
    #[error("签章数据有{len}字节，超过允许的长度")]
    TooLarge { len: usize },
    #[error("签章结构是{0}，本系统只处理第4版（GB/T 38540—2020）")]
    Edition(Edition),
    #[error("签章写明{sign}，其中的印章写明{seal}，两者不一致")]
    EditionsDiffer { sign: Edition, seal: Edition },
    #[error("印章的“{what}”不正确：{why}")]
    Order { what: &'static str, why: &'static str },
    #[error("用印时间{}不在有效期{}至{}内", local(*at), local(*from), local(*to))]
    OutsideValidity { at: Timestamp, from: Timestamp, to: Timestamp },
    #[error("签章人“{who}”不在印章的使用人名单中")]
    NotAHolder { who: String },
    #[error(transparent)]
    Cert(#[from] CertFault),
    #[error(transparent)]
    Sign(#[from] SignFault),
}

impl SealFault {
    /// Stable word for programs and tests.
    pub fn code(&self) -> &'static str {
        match self {
            SealFault::Malformed { .. } => "seal-malformed",
            SealFault::TooLarge { .. } => "seal-too-large",
            SealFault::Edition(_) => "seal-edition",
            SealFault::EditionsDiffer { .. } => "seal-editions-differ",
            SealFault::Order { .. } => "seal-order",
            SealFault::OutsideValidity { .. } => "seal-outside-validity",
            SealFault::NotAHolder { .. } => "seal-not-a-holder",
            SealFault::Cert(_) => "seal-cert",
            SealFault::Sign(fault) => fault.code(),
        }
    }

    /// What to do now.
    pub fn next(&self) -> &'static str {
        match self {
            SealFault::Malformed { .. } | SealFault::TooLarge { .. } | SealFault::EditionsDiffer { .. } => {
                "请重新下载文件；仍然如此时请向制发机关核实"
            }
            SealFault::Edition(_) => "请用支持该版本的阅读软件验证，或在制发机关网站查询",
            SealFault::Order { .. } => "请改正后重新制作印章",
            SealFault::OutsideValidity { .. } => "请先为印章办理换发，再用印",
            SealFault::NotAHolder { .. } => "请由印章管理员授权，或改用有权使用的印章",
            SealFault::Cert(_) => "请核对证书文件",
            SealFault::Sign(fault) => fault.next(),
        }
    }
}
