{{/* The image of a target of the Dockerfile: (list . "silo"). */}}
{{- define "grid.image" -}}
{{- $root := index . 0 -}}
{{- $target := index . 1 -}}
{{- $image := $root.Values.image -}}
{{- $tag := default $root.Chart.AppVersion $image.tag -}}
{{- if $image.registry }}{{ $image.registry }}/{{ $target }}{{ else }}grid-{{ $target }}{{ end -}}
{{- if hasPrefix "sha256:" $tag }}@{{ $tag }}{{ else }}:{{ $tag }}{{ end -}}
{{- end }}

{{/* What every silo is told: that of files/grid.env, and over it what values say. */}}
{{- define "grid.settings" -}}
{{- $settings := dict -}}
{{- range .Files.Lines "files/grid.env" -}}
{{- if and (contains "=" .) (not (hasPrefix "#" .)) -}}
{{- $parts := splitn "=" 2 . -}}
{{- $_ := set $settings $parts._0 $parts._1 -}}
{{- end -}}
{{- end -}}
{{- $_ := set $settings "Grid__ClusterId" .Values.clusterId -}}
{{- $_ := set $settings "Grid__ServiceId" .Values.clusterId -}}
{{- $_ := set $settings "ConnectionStrings__Grid" .Values.database.connection -}}
{{- if .Values.database.privateAuthority -}}
{{- $_ := set $settings "PGSSLROOTCERT" "/run/secrets/grid/ca.crt" -}}
{{- end -}}
{{- if .Values.tls.enabled -}}
{{- $_ := set $settings "Grid__Tls__CertificateFile" "/run/secrets/grid-tls/silo.pem" -}}
{{- $_ := set $settings "Grid__Tls__KeyFile" "/run/secrets/grid-tls/silo.key" -}}
{{- $_ := set $settings "Grid__Tls__AuthorityFile" "/run/secrets/grid-tls/authority.pem" -}}
{{- $_ := set $settings "Grid__Tls__ClientCertificates" "true" -}}
{{- end -}}
{{- if .Values.web.enabled -}}
{{- if not .Values.tls.enabled -}}
{{- fail "web.enabled needs tls.enabled: tokens and certificates of people travel by HTTPS alone" -}}
{{- end -}}
{{- $_ := set $settings "Grid__Identity__PeopleFile" "/run/secrets/grid-people/people" -}}
{{- $_ := set $settings "Grid__Identity__HttpsPort" "8443" -}}
{{- end -}}
{{- if .Values.traces.endpoint -}}
{{- $_ := set $settings "OTEL_EXPORTER_OTLP_ENDPOINT" .Values.traces.endpoint -}}
{{- end -}}
{{- with .Values.bucket -}}
{{- if .name -}}
{{- $_ := set $settings "Grid__S3__Bucket" .name -}}
{{- $_ := set $settings "Grid__S3__Endpoint" .endpoint -}}
{{- $_ := set $settings "Grid__S3__CredentialsFile" "/run/secrets/grid-bucket/credentials" -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := .Values.settings -}}
{{- $_ := set $settings $name (toString $value) -}}
{{- end -}}
{{- toYaml $settings -}}
{{- end }}

{{/* A container that Kubernetes' restricted standard lets in. */}}
{{- define "grid.restricted" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* A pod of a user: (list 1654). */}}
{{- define "grid.user" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* GPUs are for workers: whatever else may as well run where there is none does. */}}
{{- define "grid.elsewhere" -}}
nodeAffinity:
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      preference:
        matchExpressions:
          - key: nvidia.com/gpu.present
            operator: DoesNotExist
{{- end }}
