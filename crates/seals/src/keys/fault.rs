//! What can be wrong with the key folder, in words for whoever runs the server.

use std::path::{Path, PathBuf};

use guomi::SignFault;
use guomi::keybox::KeyboxFault;
use guomi::x509::{CertFault, ChainFault};
use thiserror::Error;

/// Why a key can't be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum KeyFault {
    #[error("缺少{what}（{}）", .path.display())]
    Missing { what: String, path: PathBuf },
    #[error("{} 读不到或者写不了：{why}", .path.display())]
    Unreadable { path: PathBuf, why: String },
    /// Neither in the settings nor in the folder.
    #[error("没有密钥口令（{}）", .path.display())]
    NoPassphrase { path: PathBuf },
    #[error("{}：{fault}", .path.display())]
    Box { path: PathBuf, fault: KeyboxFault },
    #[error("{}：{fault}", .path.display())]
    Cert { path: PathBuf, fault: CertFault },
    #[error("{} 中的密钥与证书不是一对", .path.display())]
    Differ { path: PathBuf },
    #[error("{0}")]
    Chain(ChainFault),
    #[error("{} 已经存在", .path.display())]
    Exists { path: PathBuf },
    #[error("签章服务的设置不正确：{0}")]
    Service(&'static str),
    /// A step of the CA itself.
    #[error("{0}")]
    Issue(SignFault),
}

impl KeyFault {
    pub(super) fn io(path: &Path, error: &std::io::Error) -> KeyFault {
        KeyFault::Unreadable { path: path.to_owned(), why: web::text::io_fault(error) }
    }

    /// Stable word for programs and tests.
    pub fn code(&self) -> &'static str {
        match self {
            KeyFault::Missing { .. } => "key-missing",
            KeyFault::Unreadable { .. } => "key-unreadable",
            KeyFault::NoPassphrase { .. } => "key-no-passphrase",
            KeyFault::Box { fault, .. } => fault.code(),
            KeyFault::Cert { .. } => "key-cert",
            KeyFault::Differ { .. } => "key-cert-differ",
            KeyFault::Chain(fault) => fault.code(),
            KeyFault::Exists { .. } => "key-exists",
            KeyFault::Service(_) => "seal-service-settings",
            KeyFault::Issue(fault) => fault.code(),
        }
    }

    /// What to do now.
    pub fn next(&self) -> String {
        match self {
            KeyFault::Missing { .. } => {
                "请用备份恢复；还没有建立的，请运行 yanzheng seal ca init 和 yanzheng seal ca issue".into()
            }
            KeyFault::Unreadable { .. } => "请检查文件夹的权限和磁盘".into(),
            KeyFault::NoPassphrase { .. } => {
                "请设置 YANZHENG_SEAL_PASSPHRASE，或者用备份恢复密钥文件夹中的 passphrase 文件".into()
            }
            KeyFault::Box { fault, .. } => fault.next().into(),
            KeyFault::Cert { .. } => "请用备份恢复证书文件".into(),
            KeyFault::Differ { .. } => "请核对密钥文件与证书文件是否来自同一次签发".into(),
            KeyFault::Chain(ChainFault::NotYetValid { .. }) => {
                "请先核对服务器时间；时间无误的，请等证书生效后再用印".into()
            }
            KeyFault::Chain(ChainFault::Expired { .. }) => {
                "请先核对服务器时间；时间无误的，请为该机关换发证书并重新制作印章".into()
            }
            KeyFault::Chain(fault) => fault.next().into(),
            KeyFault::Exists { .. } => "需要重新建立的，请先移走原来的文件，并妥善保管".into(),
            KeyFault::Service(_) => "请核对设置中 seal 一节".into(),
            KeyFault::Issue(fault) => fault.next().into(),
        }
    }
}
