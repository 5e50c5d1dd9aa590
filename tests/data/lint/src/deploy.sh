#!/bin/sh
target=$1
cd $target
for f in `ls *.txt`; do
	echo "copying $f" > log; rm -rf $target/$f
done
if [ $target == "prod" ]; then echo $unset; fi
