// Renders k8s/chart as `helm template` does: Go's templates with sprig's functions, and of Helm's own what the chart uses.
// Debian has both, but not Helm. Arguments: the chart, the namespace, whether it is an upgrade, and files of values.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

// Files are those of the chart that are no templates.
type Files string

func (f Files) Get(name string) string { return read(filepath.Join(string(f), name)) }

func (f Files) Lines(name string) []string { return strings.Split(strings.TrimSuffix(f.Get(name), "\n"), "\n") }

type values = map[string]interface{}

func main() {
	chart, namespace, isUpgrade := os.Args[1], os.Args[2], os.Args[3] == "upgrade"
	about := parse(filepath.Join(chart, "Chart.yaml"))
	given := parse(filepath.Join(chart, "values.yaml"))
	for _, file := range os.Args[4:] {
		merge(given, parse(file))
	}
	root := values{
		"Values":  given,
		"Chart":   values{"Name": about["name"], "Version": about["version"], "AppVersion": about["appVersion"]},
		"Release": values{"Name": "grid", "Namespace": namespace, "IsInstall": !isUpgrade, "IsUpgrade": isUpgrade},
		"Files":   Files(chart),
	}
	all := template.New("chart").Option("missingkey=zero").Funcs(sprig.TxtFuncMap())
	all.Funcs(template.FuncMap{
		"toYaml": func(v interface{}) string {
			text, err := yaml.Marshal(v)
			check(err)
			return strings.TrimSuffix(string(text), "\n")
		},
		"include": func(name string, data interface{}) (string, error) {
			var text strings.Builder
			err := all.ExecuteTemplate(&text, name, data)
			return text.String(), err
		},
	})
	paths, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	check(err)
	for _, path := range paths {
		_, err := all.New(filepath.Base(path)).Parse(read(path))
		check(err)
	}
	for _, path := range paths {
		if name := filepath.Base(path); strings.HasSuffix(name, ".yaml") {
			var text strings.Builder
			check(all.ExecuteTemplate(&text, name, root))
			fmt.Printf("---\n%s\n", text.String())
		}
	}
}

func merge(into, from values) {
	for key, value := range from {
		below, isMap := value.(values)
		if there, wasMap := into[key].(values); isMap && wasMap {
			merge(there, below)
		} else {
			into[key] = value
		}
	}
}

func parse(path string) values {
	found := values{}
	check(yaml.Unmarshal([]byte(read(path)), &found))
	return found
}

func read(path string) string {
	text, err := os.ReadFile(path)
	check(err)
	return string(text)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
