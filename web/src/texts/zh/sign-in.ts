export const signIn = {
  title: "登录警钟",
  purpose: "公共互联网网络安全威胁监测与处置",
  login: "用户名",
  password: "密码",
  code: "动态验证码",
  codeHint: "身份验证器显示的六位数字",
  submit: "登录",
  byCertificate: "用证书登录",
  haveInvitation: "我有邀请",
  havePassword: "用密码登录",
  invitation: "邀请",
  invitationHint: "由平台管理员交付，仅一次有效",
  notGood: "邀请无效",
  notGoodWhy:
    "邀请有误、已经用过、已过期或已撤销。请核对是否完整复制；仍不行时，请平台管理员重新发出邀请。",
  choose: "设置密码并登录",
};
