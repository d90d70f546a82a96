//! People who sign in: every flow, refusal and trick of contract 2, through the real pages.

mod arm;
mod assertion;
mod authorize;
mod codes;
mod device;
mod estate;
mod flow;
mod refresh;
mod rights;
mod tamper;
mod visitor;
