namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary>Good files of all kinds, from which the wrong ones are made.</summary>
internal static class Texts
{
    internal const string State =
        """{"ociVersion":"1.0.2","id":"c","pid":@PID@,"status":"creating","bundle":"/fuzz/b","root":"/fuzz/b/rootfs","annotations":{"a":"b"}}""";

    internal const string LoaderConfiguration = "# image\n/opt/more\ninclude /etc/ld.so.conf.d/*.conf\nhwcap 1 nosegneg\n/usr/local/lib /opt/lib\n";

    internal const string PropertyLists =
        "dev, /dev/nvhost-ctrl\nlib, /usr/lib/aarch64-linux-gnu/tegra/libcuda.so.1.1\nsym, /usr/lib/libcuda.so\ndir, /usr/share/*\n# comment\n";

    internal const string DockerConfiguration =
        """{"runtimes":{"nvidia":{"args":[],"path":"nvidia-container-runtime"}},"features":{"cdi":false},"log-level":"warn","dns":["1.1.1.1"],"n":1e3}""";

    internal const string ContainerdConfiguration =
        """
        version = 2
        imports = ["/etc/containerd/conf.d/*.toml"]
        [plugins]
          [plugins."io.containerd.grpc.v1.cri".containerd]
            default_runtime_name = "runc"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
              runtime_type = "io.containerd.runc.v2"
              [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                SystemdCgroup = true
        """;

    internal const string CrioConfiguration =
        "[crio]\n[crio.runtime]\ndefault_runtime = \"crun\"\n[crio.runtime.runtimes.crun]\nruntime_path = \"/usr/bin/crun\"\nmonitor_path = \"\"\n";

    internal const string CdiYaml =
        """
        cdiVersion: "0.6.0"
        kind: "vendor.com/class"
        annotations: {a: b}
        containerEdits:
          env: ["A=b", "FOO=1"]
          hooks:
          - hookName: createContainer
            path: /usr/bin/nvidia-cdi-hook
            args: [nvidia-cdi-hook, update-ldcache, --folder, /usr/lib]
            timeout: 5
        devices:
        - name: &n "x"
          containerEdits:
            deviceNodes:
            - {path: /dev/null, hostPath: /dev/null, type: c, major: 1, minor: 3, fileMode: 0666, permissions: rw, uid: 0}
            mounts:
            - {hostPath: /etc/hosts, containerPath: /etc/hosts2, options: [ro, bind]}
            additionalGids: [44]
        - name: "0"
          containerEdits:
            env: [ "DEVICE=0" ]
        """;

    internal const string CdiJson =
        """{"cdiVersion":"0.6.0","kind":"nvidia.com/gpu","devices":[{"name":"all","containerEdits":{"deviceNodes":[{"path":"/dev/nvidia0"}],"env":["X=y"]}},"""
        + """{"name":"0","containerEdits":{"mounts":[{"hostPath":"/etc/hosts","containerPath":"/h","options":["ro"]}]}}],"containerEdits":{}}""";

    internal const string Bundle =
        """
        {"ociVersion":"1.0.2","process":{"terminal":false,"user":{"uid":0,"gid":0},"args":["sh"],"cwd":"/",
        "env":["PATH=/usr/bin","NVIDIA_VISIBLE_DEVICES=all","NVIDIA_DRIVER_CAPABILITIES=compute,utility","CUDA_VERSION=12.4"],
        "capabilities":{"bounding":["CAP_CHOWN"],"effective":["CAP_CHOWN"]},"noNewPrivileges":true},
        "root":{"path":"rootfs","readonly":false},"hostname":"h",
        "mounts":[{"destination":"/proc","type":"proc","source":"proc"},
        {"destination":"/var/run/nvidia-container-devices/0","type":"bind","source":"/dev/null","options":["bind"]}],
        "annotations":{"cdi.k8s.io/x":"vendor.com/class=x","io.kubernetes.cri.container-type":"container"},
        "hooks":{"prestart":[{"path":"/usr/bin/nvidia-container-runtime-hook","args":["nvidia-container-runtime-hook","prestart"]}]},
        "linux":{"namespaces":[{"type":"pid"},{"type":"mount"}],"cgroupsPath":"/x","devices":[],
        "resources":{"devices":[{"allow":false,"access":"rwm"}]},"maskedPaths":["/proc/kcore"]}}
        """;

    /// <summary>The configuration of the toolkit with that mode.</summary>
    internal static string Configuration(string mode) =>
        $"""
        accept-nvidia-visible-devices-envvar-when-unprivileged = true
        disable-require = false
        supported-driver-capabilities = "compat32,compute,display,graphics,ngx,utility,video"
        [nvidia-container-cli]
        environment = ["A=b"]
        ldconfig = "@/sbin/ldconfig"
        no-cgroups = true
        [nvidia-container-runtime]
        debug = "/fuzz/out/debug.log"
        log-level = "debug"
        mode = "{mode}"
        runtimes = ["runc", "crun"]
        [nvidia-container-runtime.modes.cdi]
        spec-dirs = ["/etc/cdi", "/var/run/cdi"]
        default-kind = "nvidia.com/gpu"
        annotation-prefixes = ["cdi.k8s.io/"]
        [nvidia-container-runtime.modes.csv]
        mount-spec-path = "/fuzz/csv"
        [nvidia-container-runtime.modes.legacy]
        cuda-compat-mode = "ldconfig"
        [nvidia-container-runtime-hook]
        path = "nvidia-container-runtime-hook"
        skip-mode-detection = true
        [nvidia-ctk]
        path = "nvidia-ctk"
        [features]
        """;
}
