namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary>Words that mean something to some part of the programs, and such that nobody expects.</summary>
internal static class Words
{
    internal static readonly string[] Marks =
        ["\"", "'", "\\", "\"\\", "\n", "\r\n", "\0", "#", "=", ":", ",", "[", "]", "{", "}", "[[", "]]", "*", "?", "[:", "/", "//", "..", "%", "$",
            "&a", "*a", "!!",
            "- ", "---", "\t", " ", "\u00ff", "\u00c3\u00a9", "\u00ef\u00bb\u00bf", "\u001b[31m", "\u007f", "`", "<<: ", "\"\"\"", "'''", "\\u0000",
            "\\ud800", "\\x"];

    internal static readonly string[] Numbers =
        ["0", "-1", "1", "65536", "2147483647", "2147483648", "4294967295", "9223372036854775807", "18446744073709551616", "1e309", "0x10", "00", "1.5",
            "nan", "-0",
            "99999999999999999999999999999999999999"];

    internal static readonly string[] Paths =
        ["/", "", ".", "..", "/fuzz", "/fuzz/host", "/fuzz/host/etc", "/fuzz/b", "/fuzz/b/rootfs", "/fuzz/out", "/fuzz/pipe", "/fuzz/zero", "/fuzz/loop",
            "/fuzz/socket",
            "/fuzz/no/such", "/proc/self/exe", "/proc/1/root", "/proc/self/fd/0", "/dev/null", "/dev/full", "/dev/zero", "/dev/stdin", "/dev/nvidia0",
            "/etc/passwd",
            "/fuzz/text", "relative/path", "/fuzz/../../../etc", "/fuzz//b/./rootfs/", "/usr/lib", "/etc/cdi", "/proc/driver/nvidia", "/sys", "-", "--",
            "@/sbin/ldconfig",
            "/fuzz/\u00ff\u00fe", "/fuzz/a\nb", "/fuzz/" + new string('a', 300), "/" + new string('/', 5000)];

    internal static readonly string[] Devices =
        ["all", "none", "void", "", "0", "1", "0,1", "2", "0:0", "all,0", "nvidia.com/gpu=all", "nvidia.com/gpu=0", "vendor.com/class=x", "nvidia.com/gpu=",
            "GPU-", "GPU-d1", "MIG-", "runtime.nvidia.com/gpu=all", "management.nvidia.com/gpu=all", "a/b=c,d/e=f", "nvidia.com/gpu=0,none",
            "9999999999", "-1", ",,,", "*"];

    internal static readonly string[] Names =
        ["NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES", "NVIDIA_REQUIRE_CUDA", "NVIDIA_DISABLE_REQUIRE", "NVIDIA_MIG_CONFIG_DEVICES",
            "NVIDIA_MIG_MONITOR_DEVICES", "NVIDIA_IMEX_CHANNELS", "NVIDIA_GDS", "NVIDIA_MOFED", "NVIDIA_GDRCOPY", "NVIDIA_NVSWITCH",
            "NVIDIA_CUDA_MEMORY_LIMIT",
            "CUDA_VERSION", "NVIDIA_VISIBLE_DEVICES_EXTRA", "DOCKER_RESOURCE_GPU", "NVIDIA_CTK_LIBCUDA_DIR", "LD_PRELOAD", "PATH", "HOME"];

    internal static readonly string[] Values =
        ["utility", "compute,utility", "all", "video,graphics,display", "ngx", "compat32", "cuda>=12.0", "cuda>=99",
            "brand=tesla,driver>=470,driver<471 brand=titan",
            "arch=amd64", "true", "false", "1", "yes", "enabled", "nvidia.com/gpu", "cdi", "csv", "legacy", "auto", "jit-cdi", "json", "yaml", "toml",
            "docker", "containerd",
            "crio", "podman", "file", "command", "drop-in", "index", "uuid", "type-index", "%s", "{}", "[]", "null", "nvml", "wsl", "management",
            "gdrcopy", "imex",
            "mofed", "nvswitch", "vfio", "host", "container", "debug", "trace", "nvidia", "nvidia-experimental", "1MiB", "0=50%", "512", "--help", "-h",
            "-v",
            "enable-cuda-compat", "create-symlinks", "update-ldcache", "chmod"];

    internal static readonly string[] Any = [.. Paths, .. Devices, .. Names, .. Values, .. Numbers];
}
