provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {
    ec2 = "http://127.0.0.1:5999"
    iam = "http://127.0.0.1:5999"
    eks = "http://127.0.0.1:5999"
    sts = "http://127.0.0.1:5999"
  }
}
