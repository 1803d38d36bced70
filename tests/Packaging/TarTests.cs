namespace GpuContainers.Packaging.Tests;

/// <summary>The archive with its installer, which needs nothing.</summary>
[Trait("Kind", "slow")]
public sealed class TarTests(Packages packages)
{
    [Fact]
    public void It_installs_over_an_older_one_and_takes_its_files_away_again()
    {
        using var root = new DebianRoot();
        root.Run(Path.GetDirectoryName(packages.Tar)!, $"""
            cd /tmp && tar -xzf /packages/{Path.GetFileName(packages.Tar)} && cd gpu-containers-*
            find / -xdev -path /proc -prune -o -path /tmp -prune -o -type f -print | sort >/tmp/before
            ./install.sh
            nvidia-ctk --version; nvidia-container-runtime.cdi --version >/dev/null 2>&1 || true; test -x /usr/bin/nvidia-container-cli
            test -e /usr/share/man/man1/nvidia-ctk.1.gz
            echo "# mine" >>/etc/nvidia-container-runtime/config.toml
            ./install.sh
            grep -q "# mine" /etc/nvidia-container-runtime/config.toml
            ./install.sh --uninstall
            find / -xdev -path /proc -prune -o -path /tmp -prune -o -type f -print | sort >/tmp/after
            test "$(diff /tmp/before /tmp/after | grep -c "^>")" = 2
            ! ./install.sh --bogus
            """).Succeeded();
    }

    [Fact]
    public void It_installs_below_another_root()
    {
        using var root = new DebianRoot();
        root.Run(Path.GetDirectoryName(packages.Tar)!, $"""
            cd /tmp && tar -xzf /packages/{Path.GetFileName(packages.Tar)}
            gpu-containers-*/install.sh --destdir /srv/host
            test -s /srv/host/etc/nvidia-container-runtime/config.toml; test -x /srv/host/usr/bin/nvidia-ctk; test ! -e /usr/bin/nvidia-ctk
            """).Succeeded();
    }
}
