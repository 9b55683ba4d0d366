module lifeboat.test/go-digest

go 1.24

require github.com/mongodb-forks/digest v1.1.0
