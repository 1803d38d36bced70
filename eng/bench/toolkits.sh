# What the measurements share: which toolkits there are, their configuration, and the container. Sourced.

# Bare is the low-level runtime by itself; theirs, the programs in the folder REFERENCE.
kinds() { echo bare ours ${REFERENCE:+theirs}; }

# usage: write_configurations FOLDER PROGRAMS TOOLS     one for each toolkit, with a low-level runtime that ends at once, and with runc
write_configurations() {
    local folder=$1 kind low owner
    ours=$2 tools=$3 configurations=$1
    for owner in ours ${REFERENCE:+theirs}; do
        for kind in quick real; do
            low=$(command -v runc)
            [ "$kind" = quick ] && low=$tools/quick
            printf '[nvidia-container-runtime]\nruntimes = ["%s"]\n[nvidia-ctk]\npath = "%s/nvidia-ctk"\n' "$low" "$(folder_of "$owner")" \
                >"$folder/$owner-$kind.toml"
        done
    done
}

folder_of() { [ "$1" = theirs ] && echo "$REFERENCE" || echo "$ours"; }

# usage: use_toolkit KIND quick|real     sets "program", which stands where an engine expects runc
use_toolkit() {
    if [ "$1" = bare ]; then
        program=$(command -v runc)
        [ "$2" = quick ] && program=$tools/quick
        return 0
    fi
    program=$(folder_of "$1")/nvidia-container-runtime
    # The first is where the others look too: some read no variable.
    export NVIDIA_CTK_CONFIG_FILE_PATH=$configurations/$1-$2.toml XDG_CONFIG_HOME=$configurations/$1-$2
    mkdir -p "$XDG_CONFIG_HOME/nvidia-container-runtime"
    cp "$NVIDIA_CTK_CONFIG_FILE_PATH" "$XDG_CONFIG_HOME/nvidia-container-runtime/config.toml"
}

# usage: bundle_template FOLDER     FOLDER/config.json: a container with all GPUs whose program ends at once
bundle_template() {
    (
        cd "$(mktemp -d "$1/spec.XXXX")"
        "$(command -v runc)" spec
        sed -e 's/"terminal": true/"terminal": false/' -e 's|"sh"|"/bin/true"|' -e 's/"readonly": true/"readonly": false/' \
            -e 's|"PATH=[^"]*"|"PATH=/usr/bin:/bin", "NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_DRIVER_CAPABILITIES=all"|' config.json >"$1/config.json"
    )
}
