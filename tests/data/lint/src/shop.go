package main

import "fmt"

func main() {
	for i := 0; i < 3; i++ {
		fmt.Printf("%s\n", i)
		go func() { fmt.Println(i) }()
	}
	return
	fmt.Println("never")
}
