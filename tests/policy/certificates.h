/* SPDX-License-Identifier: MIT */
/* certificates.h — an authority and its revocation list, as YAML texts in one line; made for data/example.yaml. */
#pragma once

#define AUTHORITY                                                                                                      \
        "\"-----BEGIN CERTIFICATE-----\\n"                                                                             \
        "MIIBqDCCAU+gAwIBAgIUatC96mYL2OEXsKH4BXWUmRVeKsQwCgYIKoZIzj0EAwIw\\n"                                          \
        "KjEoMCYGA1UEAwwf6KaL5pysIOiBt+WToeOCq+ODvOODieiqjeiovOWxgDAeFw0y\\n"                                          \
        "NjExMjIyMjE0MzhaFw0zNjExMTkyMjE0MzhaMCoxKDAmBgNVBAMMH+imi+acrCDo\\n"                                          \
        "gbflk6Hjgqvjg7zjg4noqo3oqLzlsYAwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\\n"                                          \
        "AAS1bVEhz17kb/o91GScIvwWv3KTnngxYDlhKy9SJghT83nPtyD5wRWx1s8bD8/N\\n"                                          \
        "3T+MuMG72CABq9mMBP+a3SIWo1MwUTAdBgNVHQ4EFgQUxPiH1xphGp8NYht8TIBv\\n"                                          \
        "y8GyrOQwHwYDVR0jBBgwFoAUxPiH1xphGp8NYht8TIBvy8GyrOQwDwYDVR0TAQH/\\n"                                          \
        "BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBn20apxp4FPBlrY5b2Ub/7i5WmLE3f\\n"                                          \
        "/UwEkyHM6Jkq7gIgA5SliOG+AcWJZHdCDVsLJGSyYqBjoUwqw7m6fscvB08=\\n"                                              \
        "-----END CERTIFICATE-----\\n\""
#define CRL                                                                                                            \
        "\"-----BEGIN X509 CRL-----\\n"                                                                                \
        "MIGvMFYwCgYIKoZIzj0EAwIwKjEoMCYGA1UEAwwf6KaL5pysIOiBt+WToeOCq+OD\\n"                                          \
        "vOODieiqjeiovOWxgBcNMjYxMTIyMjIxNDM4WhcNMzYxMTE5MjIxNDM4WjAKBggq\\n"                                          \
        "hkjOPQQDAgNJADBGAiEAwliAfqw+nefWtldSf/d5Pf9V9Yr1378b8cTd1O4qz4gC\\n"                                          \
        "IQDzlgd4GxNfsWir1GV/FbfIM2rdIlq64KySzPbMvKi87g==\\n"                                                          \
        "-----END X509 CRL-----\\n\""
