module lifeboat.test/atlas-sdk-2023

go 1.24

require go.mongodb.org/atlas-sdk/v20231115014 v20231115014.0.0

require github.com/mongodb-forks/digest v1.1.0 // indirect
