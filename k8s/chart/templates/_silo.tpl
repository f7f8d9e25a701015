{{/* A Deployment of silos: (list . "control"). k8s/base/control.yaml and worker.yaml say why each thing is as it is. */}}
{{- define "grid.silo" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $values := index $root.Values $component -}}
{{- $isWorker := eq $component "worker" -}}
{{- $gpu := $root.Values.worker.gpu -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $component }}
  labels:
    app.kubernetes.io/name: grid
    app.kubernetes.io/component: {{ $component }}
    app.kubernetes.io/part-of: grid
  annotations:
    argocd.argoproj.io/sync-wave: "1"
spec:
  {{- if not $isWorker }}
  replicas: {{ $values.replicas }}
  {{- end }}
  minReadySeconds: {{ $values.minReadySeconds }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: {{ ternary 1 0 $isWorker }}
      maxSurge: {{ ternary 0 1 $isWorker }}
  selector:
    matchLabels:
      app.kubernetes.io/name: grid
      app.kubernetes.io/component: {{ $component }}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: grid
        app.kubernetes.io/component: {{ $component }}
        app.kubernetes.io/part-of: grid
        grid/silo: "true"
      annotations:
        # A change of a setting replaces pods in their rolling way.
        checksum/settings: {{ include "grid.settings" $root | sha256sum }}
    spec:
      serviceAccountName: {{ $component }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 130
      {{- if and $isWorker $gpu.enabled }}
      nodeSelector:
        nvidia.com/gpu.present: "true"
      tolerations:
        - key: nvidia.com/gpu
          operator: Exists
          effect: NoSchedule
      {{- with $gpu.runtimeClassName }}
      runtimeClassName: {{ . }}
      {{- end }}
      {{- else if $gpu.enabled }}
      affinity:
        {{- include "grid.elsewhere" . | nindent 8 }}
      {{- end }}
      securityContext:
        {{- include "grid.user" 1654 | nindent 8 }}
        fsGroupChangePolicy: OnRootMismatch
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              app.kubernetes.io/name: grid
              app.kubernetes.io/component: {{ $component }}
          matchLabelKeys: [pod-template-hash]
      containers:
        - name: silo
          image: {{ include "grid.image" (list $root (ternary "silo-gpu" "silo" (and $isWorker $gpu.enabled))) }}
          envFrom:
            - configMapRef:
                name: grid
          env:
            - name: Grid__Devices
              value: {{ if not $isWorker }}none{{ else if $gpu.enabled }}cuda:0{{ else }}cpu{{ end }}
            {{- if $isWorker }}
            - name: DOTNET_PROCESSOR_COUNT
              valueFrom:
                resourceFieldRef:
                  resource: requests.cpu
                  divisor: "1"
            {{- end }}
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
            - name: POD_IP
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
          ports:
            - name: silo
              containerPort: 11111
            - name: gateway
              containerPort: 30000
            - name: http
              containerPort: 8080
            {{- if $root.Values.web.enabled }}
            - name: https
              containerPort: 8443
            {{- end }}
          startupProbe:
            httpGet: {path: /health/startup, port: http}
            periodSeconds: 5
            timeoutSeconds: 3
            failureThreshold: 60
          livenessProbe:
            httpGet: {path: /health/live, port: http}
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          readinessProbe:
            httpGet: {path: /health/ready, port: http}
            periodSeconds: 5
            timeoutSeconds: 3
            failureThreshold: 2
          resources:
            requests:
              {{- toYaml $values.resources.requests | nindent 14 }}
            limits:
              {{- toYaml $values.resources.limits | nindent 14 }}
              {{- if and $isWorker $gpu.enabled }}
              {{ $gpu.resource }}: "1"
              {{- end }}
          securityContext:
            {{- include "grid.restricted" . | nindent 12 }}
          volumeMounts:
            - name: database
              mountPath: /run/secrets/grid
              readOnly: true
            - name: data
              mountPath: /var/lib/grid
            - name: tmp
              mountPath: /tmp
            {{- if $root.Values.tls.enabled }}
            - name: certificates
              mountPath: /run/secrets/grid-tls
              readOnly: true
            {{- end }}
            {{- if $root.Values.web.enabled }}
            - name: people
              mountPath: /run/secrets/grid-people
              readOnly: true
            {{- end }}
            {{- if $root.Values.bucket.name }}
            - name: bucket
              mountPath: /run/secrets/grid-bucket
              readOnly: true
            {{- end }}
      volumes:
        - name: database
          secret:
            secretName: {{ $root.Values.database.secret }}
            defaultMode: 288 # r--r-----
        - name: data
          emptyDir:
            sizeLimit: {{ ternary "8Gi" "5Gi" $isWorker }}
        - name: tmp
          emptyDir:
            sizeLimit: 256Mi
        {{- if $root.Values.tls.enabled }}
        - name: certificates
          secret:
            secretName: {{ $root.Values.tls.secret }}
            defaultMode: 288 # r--r-----
        {{- end }}
        {{- if $root.Values.web.enabled }}
        - name: people
          secret:
            secretName: {{ $root.Values.web.secret }}
            defaultMode: 288 # r--r-----
        {{- end }}
        {{- if $root.Values.bucket.name }}
        - name: bucket
          secret:
            secretName: {{ $root.Values.bucket.secret }}
            defaultMode: 288 # r--r-----
        {{- end }}
{{- end }}
