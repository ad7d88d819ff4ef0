#include "desk/common_passwords.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace tocsin::desk {
namespace {

TEST(CommonPasswords, WhatIsTriedFirstIsRefused) {
  for (const char* common :
       {"password1234",   "Password2026!", "P@ssw0rd1234",  "passwordpassword", "123456789012",
        "1234567890123",  "098765432109",  "aaaaaaaaaaaa",  "abcabcabcabc",     "qwertyuiopas",
        "qwerty123456",   "QWERTYasdfgh",  "1qaz2wsx3edc",  "!@#$%^&*()!@",     "abcdefghijkl",
        "admin@123456",   "administrator", "tocsin-tocsin", "Tocsin2026!!",     "jingzhong123",
        "letmeinletmein", "woaini1314520", "iloveyou1234",  "wang-xiaoming",    "wang-xiaoming!1",
        "警钟警钟",       "管理员密码123"}) {
    EXPECT_TRUE(is_common_password(common, "wang-xiaoming")) << common;
  }
}

TEST(CommonPasswords, NothingElseIsAskedOfAPassword) {
  for (const char* fine :
       {"another good password", "my own good password", "a password of the tests",
        "correct horse battery staple", "lowercaseonlybutlong", "春眠不觉晓", "7401938265501839",
        "wang-xiaoming"}) {
    EXPECT_FALSE(is_common_password(fine, "li")) << fine;
  }
  for (int i = 0; i < 200; ++i) {
    const std::string secret = random_secret(12);
    EXPECT_FALSE(is_common_password(secret, "li")) << secret;
  }
}

}  // namespace
}  // namespace tocsin::desk
