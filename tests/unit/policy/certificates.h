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
/* A person's, which is nobody's authority; and a list of what has changed since another. */
#define PERSON                                                                                                         \
        "\"-----BEGIN CERTIFICATE-----\\n"                                                                             \
        "MIIBYTCCAQegAwIBAgIBATAKBggqhkjOPQQDAjARMQ8wDQYDVQQDDAbogbflk6Ew\\n"                                          \
        "HhcNMjYxMTIzMDI0MzA1WhcNMzYxMTIwMDI0MzA1WjARMQ8wDQYDVQQDDAbogbfl\\n"                                          \
        "k6EwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT3sBp7luTuLKx+DXNbzXDWgmE/\\n"                                          \
        "DvEsWiR3Sk0AxrUgE15iefr9AQCrjQvc1q+/vgIa1hhrqmSvPfQZMh1obZFIo1Aw\\n"                                          \
        "TjAdBgNVHQ4EFgQUQMYnLBYa4PIH4CJwi8d3iqs23lswHwYDVR0jBBgwFoAUQMYn\\n"                                          \
        "LBYa4PIH4CJwi8d3iqs23lswDAYDVR0TAQH/BAIwADAKBggqhkjOPQQDAgNIADBF\\n"                                          \
        "AiBt1iu8QV65HtrcptpdPGUBqROl6v5w5cbFqyQIl26AogIhAJdyAvj86AffhHy/\\n"                                          \
        "mL6bFa1XdIblP+KFf3dBDW0Ojpzt\\n"                                                                              \
        "-----END CERTIFICATE-----\\n\""
#define DELTA_CRL                                                                                                      \
        "\"-----BEGIN X509 CRL-----\\n"                                                                                \
        "MIGzMFsCAQEwCgYIKoZIzj0EAwIwDTELMAkGA1UEAwwCY2EXDTI2MTEyMzAyNDMw\\n"                                          \
        "NVoXDTM2MTEyMDAyNDMwNVqgHTAbMA0GA1UdGwEB/wQDAgEBMAoGA1UdFAQDAgEC\\n"                                          \
        "MAoGCCqGSM49BAMCA0gAMEUCIBwRAu2YpnjQuXcBT6MzpfdVCFlroY9QVd/TmefW\\n"                                          \
        "jkqzAiEAwK+eV4Y9i5ip3S4tiYExX0PCUKMtPzZxqaWbL5m5JTk=\\n"                                                      \
        "-----END X509 CRL-----\\n\""
