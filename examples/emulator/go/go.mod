module lifeboat.test/backup-automation

go 1.24

require (
	github.com/mongodb-forks/digest v1.1.0
	go.mongodb.org/atlas-sdk/v20250312005 v20250312005.0.0
)

require golang.org/x/oauth2 v0.30.0 // indirect
